package org.heliogate.authz.assertion;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An assertion as it was read: well-formed, and nothing about it is proven yet. */
public final class SignedAssertion {

  private static final int MAX_LENGTH = 8 * 1024;

  private final SignedJWT jwt;
  private final JWTClaimsSet claims;

  private SignedAssertion(SignedJWT jwt, JWTClaimsSet claims) {
    this.jwt = jwt;
    this.claims = claims;
  }

  /**
   * Reads an assertion of at most 8 KiB.
   *
   * @throws UnprovenException if it is no JWT with claims
   */
  public static SignedAssertion parse(String text) throws UnprovenException {
    if (text.length() <= MAX_LENGTH && CompactForm.matches(text)) {
      try {
        SignedJWT jwt = SignedJWT.parse(text);
        @Nullable JWTClaimsSet claims = jwt.getJWTClaimsSet();
        if (claims != null) {
          return new SignedAssertion(jwt, claims);
        }
      } catch (ParseException | IllegalArgumentException | NullPointerException e) {
        // A header without "alg" makes Nimbus throw the last of these.
        throw new UnprovenException("malformed assertion");
      }
    }
    throw new UnprovenException("malformed assertion");
  }

  /** Who it says has signed it ({@code sub}). */
  public Optional<String> subject() {
    return Optional.ofNullable(claims.getSubject());
  }

  /** How it is signed; empty for an algorithm that proves nothing here. */
  public Optional<AssertionAlgorithm> algorithm() {
    return AssertionAlgorithm.of(jwt.getHeader().getAlgorithm().getName());
  }

  /**
   * The key of a SubjectPublicKeyInfo, if it can have made this signature.
   *
   * @param spki in base64
   * @return the key, or nothing
   */
  public List<PublicKey> keysIn(String spki) {
    byte[] der = Base64.getDecoder().decode(spki);
    return algorithm().flatMap(algorithm -> algorithm.key(der)).map(List::of).orElse(List.of());
  }

  /** Which of the signer's keys it names ({@code kid}). */
  public Optional<String> keyId() {
    return Optional.ofNullable(jwt.getHeader().getKeyID());
  }

  SignedJWT jwt() {
    return jwt;
  }

  JWTClaimsSet claims() {
    return claims;
  }

  /** Shows nothing that could be used. */
  @Override
  public String toString() {
    return "SignedAssertion[***]";
  }
}
