package org.heliogate.authz.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The check of signed assertions (RFC 7523 §3). Where there is no key, as for a signer that nobody
 * knows, it does the work for one that is nobody's, so that the time tells nothing. Thread-safe.
 */
@ApplicationScoped
public class AssertionVerifier {

  private static final Duration MAX_LIFETIME = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int MAX_JTI = 128;
  private static final int RSA_BITS = 2048;

  private final Clock clock;
  private final Map<AssertionAlgorithm, PublicKey> nobodysKeys;

  /** A check by the given clock. */
  @Inject
  public AssertionVerifier(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.nobodysKeys = nobodysKeys(random);
  }

  /**
   * What an assertion must be.
   *
   * @param audiences the values of which {@code aud} must be made, a text or a list
   * @param oneAudience whether {@code aud} must be one of them alone
   * @param issueTime whether {@code iat} is needed
   */
  public record Terms(Set<String> audiences, boolean oneAudience, boolean issueTime) {

    /** Whether an assertion for these is for us, and for nobody else. */
    private boolean accept(List<String> audience) {
      // Nimbus lets a null into the list.
      return !audience.isEmpty()
          && (audience.size() == 1 || !oneAudience)
          && audience.stream().allMatch(one -> one != null && audiences.contains(one));
    }
  }

  /**
   * Checks signature, issuer, audience, identifier and times: {@code exp} at most five minutes
   * after {@code iat}, and after now where there is no {@code iat}; 60 s of skew are allowed.
   *
   * @param keys the signer's keys; those of another kind than the algorithm are passed over
   * @throws UnprovenException for whatever reason
   */
  public ProvenAssertion verify(SignedAssertion assertion, Collection<PublicKey> keys, Terms terms)
      throws UnprovenException {
    if (!signed(assertion, keys)) {
      throw new UnprovenException("bad signature");
    }
    return checked(assertion.claims(), terms);
  }

  private boolean signed(SignedAssertion assertion, Collection<PublicKey> keys) {
    Optional<AssertionAlgorithm> algorithm = assertion.algorithm();
    if (algorithm.isEmpty()) {
      return false;
    }
    List<PublicKey> fitting = keys.stream().filter(algorithm.get()::fits).toList();
    if (fitting.isEmpty()) {
      verifies(assertion.jwt(), List.of(Objects.requireNonNull(nobodysKeys.get(algorithm.get()))));
      return false;
    }
    return verifies(assertion.jwt(), fitting);
  }

  private static boolean verifies(SignedJWT jwt, List<PublicKey> keys) {
    for (PublicKey key : keys) {
      try {
        if (verifier(jwt.getHeader(), key)
            .verify(jwt.getHeader(), jwt.getSigningInput(), jwt.getSignature())) {
          return true;
        }
      } catch (JOSEException | IllegalArgumentException e) {
        // What cannot be checked by this key is not signed by it.
        continue;
      }
    }
    return false;
  }

  private static JWSVerifier verifier(JWSHeader header, PublicKey key) throws JOSEException {
    return key instanceof EdECPublicKey
        ? new Ed25519JwsVerifier(key)
        : new DefaultJWSVerifierFactory().createJWSVerifier(header, key);
  }

  private ProvenAssertion checked(JWTClaimsSet claims, Terms terms) throws UnprovenException {
    String subject = claims.getSubject();
    if (subject == null || !subject.equals(claims.getIssuer())) {
      throw new UnprovenException("issuer is not the subject");
    }
    if (!terms.accept(claims.getAudience())) {
      throw new UnprovenException("wrong audience");
    }
    String id = claims.getJWTID();
    if (id == null || id.isEmpty() || id.length() > MAX_JTI) {
      throw new UnprovenException("no jti");
    }
    return new ProvenAssertion(subject, id, expiry(claims, terms));
  }

  /** From when on it is refused for its age alone. */
  private Instant expiry(JWTClaimsSet claims, Terms terms) throws UnprovenException {
    if (claims.getExpirationTime() == null
        || (terms.issueTime() && claims.getIssueTime() == null)) {
      throw new UnprovenException("no iat or exp");
    }
    Instant now = clock.instant();
    Instant expiresAt = claims.getExpirationTime().toInstant();
    Instant issuedAt =
        claims.getIssueTime() == null ? now.plus(SKEW) : claims.getIssueTime().toInstant();
    Instant notBefore =
        claims.getNotBeforeTime() == null ? Instant.MIN : claims.getNotBeforeTime().toInstant();
    if (expiresAt.isAfter(issuedAt.plus(MAX_LIFETIME))
        || (claims.getIssueTime() != null && !expiresAt.isAfter(issuedAt))) {
      throw new UnprovenException("lifetime is over five minutes");
    }
    if (issuedAt.isAfter(now.plus(SKEW))
        || notBefore.isAfter(now.plus(SKEW))
        || !expiresAt.plus(SKEW).isAfter(now)) {
      throw new UnprovenException("expired or not yet valid");
    }
    return expiresAt.plus(SKEW);
  }

  private static Map<AssertionAlgorithm, PublicKey> nobodysKeys(SecureRandom random) {
    try {
      // Nobody knows its factors; only the work of raising to a power is wanted.
      BigInteger modulus = new BigInteger(RSA_BITS, random).setBit(RSA_BITS - 1).setBit(0);
      PublicKey rsa =
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65_537)));
      Map<AssertionAlgorithm, PublicKey> keys = new EnumMap<>(AssertionAlgorithm.class);
      keys.put(AssertionAlgorithm.ES256, onCurve("secp256r1"));
      keys.put(AssertionAlgorithm.ES384, onCurve("secp384r1"));
      keys.put(AssertionAlgorithm.RS256, rsa);
      keys.put(AssertionAlgorithm.PS256, rsa);
      keys.put(
          AssertionAlgorithm.EDDSA,
          KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
      return keys;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has these keys", e);
    }
  }

  private static PublicKey onCurve(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair().getPublic();
  }
}
