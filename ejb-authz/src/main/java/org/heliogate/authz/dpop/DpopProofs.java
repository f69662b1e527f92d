package org.heliogate.authz.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.assertion.CompactForm;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.OneTimeValues;
import org.jspecify.annotations.Nullable;

/**
 * The check of DPoP proofs (RFC 9449 §4.3). What costs nothing is checked first, then the nonce,
 * then the signature: nobody makes this server verify signatures without a nonce of its own.
 * Thread-safe.
 */
@ApplicationScoped
public class DpopProofs {

  /** The algorithms by which proofs may be signed, as the metadata names them. */
  public static final List<String> ALGORITHMS =
      List.of("ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519");

  private static final JOSEObjectType TYPE = new JOSEObjectType("dpop+jwt");
  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int MAX_LENGTH = 8 * 1024;
  private static final int MAX_ID = 128;

  private final DpopNonces nonces;
  private final OneTimeValues oneTimeValues;
  private final Clock clock;

  /** A check that asks for this server's nonces. */
  @Inject
  public DpopProofs(DpopNonces nonces, OneTimeValues oneTimeValues, Clock clock) {
    this.nonces = nonces;
    this.oneTimeValues = oneTimeValues;
    this.clock = clock;
  }

  /**
   * Verifies the proof of a request. It is not spent yet.
   *
   * @param accessToken the token that is shown with it and that {@code ath} must be made from; null
   *     where none is shown, and {@code ath} must be absent
   * @throws RequestException {@link ErrorCode#INVALID_DPOP_PROOF}; {@link ErrorCode#USE_DPOP_NONCE}
   *     for a proof that lacks just a good nonce
   */
  public DpopProof verify(DpopRequest request, @Nullable String accessToken) {
    if (request.proofs().size() != 1) {
      throw refused("the header field DPoP must be there, once");
    }
    try {
      SignedJWT jwt = parse(request.proofs().get(0));
      checkHeader(jwt.getHeader());
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      checkRequest(claims, request);
      checkAccessToken(claims.getStringClaim("ath"), accessToken);
      Instant issuedAt = issuedAt(claims);
      String id = id(claims);
      checkNonce(claims.getStringClaim("nonce"));
      ProofKey key = ProofKey.of(jwt.getHeader());
      if (!jwt.verify(key.verifier())) {
        throw refused("the proof's signature is not by the key in its header");
      }
      return new DpopProof(key.thumbprint(), id, issuedAt.plus(MAX_AGE).plus(SKEW));
    } catch (ParseException | JOSEException e) {
      throw refused("the proof or the key in it is malformed or too weak");
    }
  }

  /**
   * Spends a proof: each counts once, on all nodes.
   *
   * @throws RequestException {@link ErrorCode#INVALID_DPOP_PROOF} if it was used before
   */
  public void spend(DpopProof proof) {
    try {
      oneTimeValues.spend("dpop", proof.keyThumbprint(), proof.id(), proof.expiresAt());
    } catch (AlreadySpentException e) {
      throw refused("the proof was used before; make a new one with another jti");
    }
  }

  private static SignedJWT parse(String proof) throws ParseException {
    if (proof.length() > MAX_LENGTH) {
      throw refused("the proof has more than " + MAX_LENGTH + " characters");
    }
    if (!CompactForm.matches(proof)) {
      throw refused("the proof is no signed JWT");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(proof);
      if (jwt.getJWTClaimsSet() == null) {
        throw new ParseException("no claims", 0);
      }
      return jwt;
    } catch (RuntimeException e) {
      // Whatever a stranger's proof makes the parser throw, it is no proof.
      throw refused("the proof is no signed JWT");
    }
  }

  private static void checkHeader(JWSHeader header) {
    if (!TYPE.equals(header.getType())) {
      throw refused("the proof's typ must be dpop+jwt");
    }
    if (!ALGORITHMS.contains(header.getAlgorithm().getName())) {
      throw refused("the proof's alg must be one of " + String.join(", ", ALGORITHMS));
    }
    if (header.getJWK() == null) {
      throw refused("the proof's header must have the public key as jwk");
    }
  }

  private static void checkRequest(JWTClaimsSet claims, DpopRequest request) throws ParseException {
    if (!request.method().equals(claims.getStringClaim("htm"))) {
      throw refused("the proof's htm must be the method of the request");
    }
    String htu = claims.getStringClaim("htu");
    Optional<String> target = htu == null ? Optional.empty() : TargetUri.of(htu);
    if (target.isEmpty() || !target.equals(TargetUri.of(request.uri()))) {
      throw refused("the proof's htu must be the URI of the request, built on the issuer");
    }
  }

  private static void checkAccessToken(@Nullable String hash, @Nullable String accessToken) {
    if (accessToken == null) {
      if (hash != null) {
        throw refused("the proof has ath, but no token is shown with it as DPoP");
      }
    } else if (hash == null || !Digests.equal(Digests.sha256(accessToken), hash)) {
      throw refused("the proof's ath must be the base64url of SHA-256 of the token");
    }
  }

  private Instant issuedAt(JWTClaimsSet claims) {
    if (claims.getIssueTime() == null) {
      throw refused("the proof must have iat");
    }
    Instant issuedAt = claims.getIssueTime().toInstant();
    Instant now = clock.instant();
    if (issuedAt.isAfter(now.plus(SKEW)) || !issuedAt.plus(MAX_AGE).plus(SKEW).isAfter(now)) {
      throw refused("the proof's iat is too old or in the future; this answer's Date is the time");
    }
    return issuedAt;
  }

  private static String id(JWTClaimsSet claims) {
    String id = claims.getJWTID();
    if (id == null || id.isEmpty() || id.length() > MAX_ID) {
      throw refused("the proof must have a jti of at most " + MAX_ID + " characters");
    }
    return id;
  }

  private void checkNonce(@Nullable String nonce) {
    if (nonce == null || !nonces.accepts(nonce)) {
      throw new RequestException(
          ErrorCode.USE_DPOP_NONCE, "the proof needs the nonce of this answer's DPoP-Nonce");
    }
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_DPOP_PROOF, reason);
  }
}
