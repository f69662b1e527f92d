package org.heliogate.hsm.crl;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.heliogate.hsm.ca.EncodedCrl;

/**
 * A full CRL that a trusted CA signed.
 *
 * @param crl the CRL
 * @param issuer the CA's certificate
 * @param number its CRL number
 * @param thisUpdate since when it is good
 * @param nextUpdate until when
 */
record TrustedCrl(
    EncodedCrl crl,
    X509Certificate issuer,
    BigInteger number,
    Instant thisUpdate,
    Instant nextUpdate) {

  /**
   * The CRL with its issuer, if a CA of the collection signed it and it is complete: a delta, or
   * one of a part of the certificates, is marked by a critical extension.
   */
  static Optional<TrustedCrl> find(EncodedCrl crl, Collection<X509Certificate> authorities) {
    Optional<BigInteger> number = crl.number();
    Optional<Instant> nextUpdate = crl.nextUpdate();
    if (number.isEmpty() || nextUpdate.isEmpty() || crl.hasCriticalExtension()) {
      return Optional.empty();
    }
    // Another CA of the same name may have signed it.
    return authorities.stream()
        .filter(ca -> ca.getSubjectX500Principal().equals(crl.issuer()))
        .filter(ca -> crl.isSignedBy(ca.getPublicKey()))
        .findFirst()
        .map(ca -> new TrustedCrl(crl, ca, number.get(), crl.thisUpdate(), nextUpdate.get()));
  }

  /** When half of its life is over. */
  Instant halfLife() {
    return thisUpdate.plus(Duration.between(thisUpdate, nextUpdate).dividedBy(2));
  }

  /** When three quarters of its life are over. */
  Instant lastQuarter() {
    return thisUpdate.plus(Duration.between(thisUpdate, nextUpdate).multipliedBy(3).dividedBy(4));
  }

  String issuerName() {
    return issuer.getSubjectX500Principal().getName();
  }
}
