package org.heliogate.authz.ocsp;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A responder whose certificate is good.
 *
 * @param id its name, where the key store has the pair the alias
 * @param issuerSki the CA for which it speaks
 * @param number its place in the order of the CA's responders
 * @param sealed the private part, sealed by the HSM; null where the key store has it
 * @param certificate its certificate
 */
record StoredResponder(
    String id,
    String issuerSki,
    long number,
    @Nullable String sealed,
    X509Certificate certificate) {

  String serial() {
    return certificate.getSerialNumber().toString(16);
  }

  boolean valid(Instant now) {
    return now.isBefore(certificate.getNotAfter().toInstant());
  }

  /** When half of its certificate's life is over. */
  Instant halfLife() {
    Instant from = certificate.getNotBefore().toInstant();
    return from.plus(Duration.between(from, certificate.getNotAfter().toInstant()).dividedBy(2));
  }

  /** Shows nothing of the sealed part. */
  @Override
  public String toString() {
    return "StoredResponder[" + id + "]";
  }
}
