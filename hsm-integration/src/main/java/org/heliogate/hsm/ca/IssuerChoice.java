package org.heliogate.hsm.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of several issuing CAs issues. A CA is in force while its certificate is valid. Among the
 * CAs of one {@link SignatureAlgorithm} the latest in force issues; the others only keep their
 * CRLs.
 *
 * <ol>
 *   <li>A key is certified by the CA of its own algorithm, if one is in force.
 *   <li>All else is certified by the default issuer: the one of the algorithm of the first CA that
 *       there was, if one is in force, otherwise the latest in force of any.
 * </ol>
 */
public final class IssuerChoice {

  private IssuerChoice() {}

  /**
   * The default issuer.
   *
   * @param certificates those of the issuing CAs, the first CA first
   * @param now the time of issuance
   * @return empty if no CA is in force
   */
  public static Optional<X509Certificate> byDefault(
      List<X509Certificate> certificates, Instant now) {
    if (certificates.isEmpty()) {
      return Optional.empty();
    }
    SignatureAlgorithm first = SignatureAlgorithm.of(certificates.get(0).getPublicKey());
    return latest(certificates, first, now).or(() -> latest(certificates, null, now));
  }

  /**
   * The issuer for a kind of key.
   *
   * @return empty if no CA is in force
   */
  public static Optional<X509Certificate> forKey(
      List<X509Certificate> certificates, KeyType key, Instant now) {
    return latest(certificates, SignatureAlgorithm.of(key), now)
        .or(() -> byDefault(certificates, now));
  }

  private static Optional<X509Certificate> latest(
      List<X509Certificate> certificates, @Nullable SignatureAlgorithm algorithm, Instant now) {
    return certificates.stream()
        .filter(ca -> inForce(ca, now))
        .filter(ca -> algorithm == null || SignatureAlgorithm.of(ca.getPublicKey()) == algorithm)
        .reduce((earlier, later) -> later);
  }

  /** Whether a CA's certificate is valid. */
  public static boolean inForce(X509Certificate ca, Instant now) {
    return !now.isBefore(ca.getNotBefore().toInstant())
        && now.isBefore(ca.getNotAfter().toInstant());
  }
}
