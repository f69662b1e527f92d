package org.heliogate.authz.assertion;

import com.nimbusds.jose.jwk.Curve;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The signatures that an assertion may have (RFC 7518 §3.1, RFC 8037 §3.1): asymmetric ones, so
 * never {@code none} and never a MAC.
 */
public enum AssertionAlgorithm {
  /** ECDSA on P-256. */
  ES256("EC", "ES256"),
  /** ECDSA on P-384. */
  ES384("EC", "ES384"),
  /** RSA PKCS#1. */
  RS256("RSA", "RS256"),
  /** RSA PSS. */
  PS256("RSA", "PS256"),
  /** Ed25519, also under the name of RFC 9864 §2.2. */
  EDDSA("Ed25519", "EdDSA", "Ed25519");

  private final String keyFactory;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  AssertionAlgorithm(String keyFactory, String... names) {
    this.keyFactory = keyFactory;
    this.names = List.of(names);
  }

  /** The name of the algorithm in a header ({@code alg}). */
  public String wireName() {
    return names.get(0);
  }

  /** The algorithm of that name, if it is one of these. */
  public static Optional<AssertionAlgorithm> of(String wireName) {
    return Arrays.stream(values())
        .filter(algorithm -> algorithm.names.contains(wireName))
        .findFirst();
  }

  /** Whether the key can have made such a signature. */
  public boolean fits(PublicKey key) {
    return switch (this) {
      case ES256 -> isOnCurve(key, Curve.P_256);
      case ES384 -> isOnCurve(key, Curve.P_384);
      case RS256, PS256 -> key instanceof RSAPublicKey;
      case EDDSA -> key instanceof EdECPublicKey;
    };
  }

  /**
   * The key of that SubjectPublicKeyInfo.
   *
   * @return empty if it is of another kind than this algorithm needs
   */
  public Optional<PublicKey> key(byte[] spki) {
    try {
      return Optional.of(
              KeyFactory.getInstance(keyFactory).generatePublic(new X509EncodedKeySpec(spki)))
          .filter(this::fits);
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static boolean isOnCurve(PublicKey key, Curve curve) {
    return key instanceof ECPublicKey ec && curve.equals(Curve.forECParameterSpec(ec.getParams()));
  }
}
