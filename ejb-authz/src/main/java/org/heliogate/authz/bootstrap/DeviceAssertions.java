package org.heliogate.authz.bootstrap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.assertion.Ed25519JwsVerifier;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.DeviceStore;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.resource.NameSyntax;
import org.jspecify.annotations.Nullable;

/**
 * The check of the assertion by which a device's secure element proves who it is (D3.4.2 §3.2, step
 * 4; RFC 7523 §3). An unknown device costs as much time as a known one.
 */
@ApplicationScoped
public class DeviceAssertions {

  private static final Duration MAX_LIFETIME = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int MAX_LENGTH = 8 * 1024;
  private static final int MAX_JTI = 128;
  private static final Map<String, String> KEY_FACTORIES =
      Map.of(
          "ES256", "EC", "ES384", "EC", "RS256", "RSA", "PS256", "RSA", "EdDSA", "Ed25519",
          "Ed25519", "Ed25519");

  private final DeviceStore devices;
  private final Settings settings;
  private final Clock clock;
  private final PublicKey nobodysKey;

  /** A check against the loaded devices. */
  @Inject
  public DeviceAssertions(DeviceStore devices, Settings settings, Clock clock) {
    this.devices = devices;
    this.settings = settings;
    this.clock = clock;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.nobodysKey = generator.generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /**
   * An assertion that proves its device.
   *
   * @param masterId the device
   * @param id the {@code jti}, still to be spent
   * @param expiresAt from when on it is refused for its age alone
   */
  public record Proven(String masterId, String id, Instant expiresAt) {}

  /** An assertion that proves nothing; the cause is for the audit trail alone. */
  public static final class UnprovenException extends Exception {

    private static final long serialVersionUID = 1L;

    UnprovenException(String cause) {
      super(cause);
    }
  }

  /**
   * Checks signature, audience and times.
   *
   * @throws UnprovenException for whatever reason
   */
  public Proven verify(String assertion) throws UnprovenException {
    SignedJWT jwt = parse(assertion);
    JWTClaimsSet claims = claims(jwt);
    String masterId = claims.getSubject();
    if (masterId == null || !NameSyntax.IDENTIFIER.matches(masterId)) {
      verifies(jwt, Optional.empty());
      throw new UnprovenException("malformed assertion");
    }
    Optional<Device> device = devices.find(masterId);
    boolean signed = verifies(jwt, device);
    if (device.isEmpty()) {
      throw new UnprovenException("unknown device");
    }
    if (!signed) {
      throw new UnprovenException("bad signature");
    }
    return checkClaims(masterId, claims);
  }

  private static SignedJWT parse(String assertion) throws UnprovenException {
    if (assertion.length() > MAX_LENGTH) {
      throw new UnprovenException("malformed assertion");
    }
    try {
      return SignedJWT.parse(assertion);
    } catch (ParseException | IllegalArgumentException | NullPointerException e) {
      // A header without "alg" makes Nimbus throw the last of these.
      throw new UnprovenException("malformed assertion");
    }
  }

  private static JWTClaimsSet claims(SignedJWT jwt) throws UnprovenException {
    try {
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (claims != null) {
        return claims;
      }
    } catch (ParseException | IllegalArgumentException e) {
      throw new UnprovenException("malformed assertion");
    }
    throw new UnprovenException("malformed assertion");
  }

  private Proven checkClaims(String masterId, JWTClaimsSet claims) throws UnprovenException {
    if (!masterId.equals(claims.getIssuer())) {
      throw new UnprovenException("issuer is not the subject");
    }
    List<String> audience = claims.getAudience();
    Set<String> accepted = Set.of(settings.issuer(), settings.issuer() + "/bootstrap");
    if (audience.size() != 1 || !accepted.contains(audience.get(0))) {
      throw new UnprovenException("wrong audience");
    }
    String id = claims.getJWTID();
    if (id == null || id.isEmpty() || id.length() > MAX_JTI) {
      throw new UnprovenException("no jti");
    }
    if (claims.getIssueTime() == null || claims.getExpirationTime() == null) {
      throw new UnprovenException("no iat or exp");
    }
    Instant issuedAt = claims.getIssueTime().toInstant();
    Instant expiresAt = claims.getExpirationTime().toInstant();
    Instant now = clock.instant();
    if (!expiresAt.isAfter(issuedAt)
        || Duration.between(issuedAt, expiresAt).compareTo(MAX_LIFETIME) > 0) {
      throw new UnprovenException("lifetime is over five minutes");
    }
    if (issuedAt.isAfter(now.plus(SKEW)) || !expiresAt.plus(SKEW).isAfter(now)) {
      throw new UnprovenException("expired or not yet valid");
    }
    if (claims.getNotBeforeTime() != null
        && claims.getNotBeforeTime().toInstant().isAfter(now.plus(SKEW))) {
      throw new UnprovenException("expired or not yet valid");
    }
    return new Proven(masterId, id, expiresAt.plus(SKEW));
  }

  private boolean verifies(SignedJWT jwt, Optional<Device> device) {
    JWSHeader header = jwt.getHeader();
    String factory = KEY_FACTORIES.get(header.getAlgorithm().getName());
    @Nullable PublicKey key = null;
    if (device.isPresent() && factory != null) {
      key = publicKey(factory, device.get().publicKey());
    }
    try {
      if (key == null) {
        // As much work as for a known device, with no chance of success.
        verifier(new JWSHeader(JWSAlgorithm.ES256), nobodysKey)
            .verify(
                new JWSHeader(JWSAlgorithm.ES256),
                jwt.getSigningInput(),
                Base64URL.encode(halves(jwt.getSignature().decode())));
        return false;
      }
      return verifier(header, key).verify(header, jwt.getSigningInput(), jwt.getSignature());
    } catch (JOSEException | IllegalArgumentException e) {
      return false;
    }
  }

  /** 64 bytes that look like an ES256 signature. */
  private static byte[] halves(byte[] signature) {
    byte[] likely = new byte[64];
    likely[31] = 1;
    likely[63] = 1;
    System.arraycopy(signature, 0, likely, 0, Math.min(signature.length, 64));
    return likely;
  }

  private static JWSVerifier verifier(JWSHeader header, PublicKey key) throws JOSEException {
    if (key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519")) {
      return new Ed25519JwsVerifier(key);
    }
    return new DefaultJWSVerifierFactory().createJWSVerifier(header, key);
  }

  private static @Nullable PublicKey publicKey(String factory, String spki) {
    try {
      return KeyFactory.getInstance(factory)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(spki)));
    } catch (GeneralSecurityException e) {
      // The key is of another kind than the algorithm in the header asks for.
      return null;
    }
  }
}
