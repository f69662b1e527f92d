package org.heliogate.hsm.crl;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * A CRL that a trusted CA signed.
 *
 * @param crl the CRL
 * @param issuer the CA's certificate
 * @param number its CRL number
 * @param thisUpdate since when it is good
 * @param nextUpdate until when
 */
record TrustedCrl(
    X509CRL crl,
    X509Certificate issuer,
    BigInteger number,
    Instant thisUpdate,
    Instant nextUpdate) {

  private static final String CRL_NUMBER = "2.5.29.20";
  private static final int OCTET_STRING = 4;
  private static final int INTEGER = 2;

  /** The CRL with its issuer, if a CA of the collection signed it and it is complete. */
  static Optional<TrustedCrl> find(X509CRL crl, Collection<X509Certificate> authorities) {
    Optional<BigInteger> number = numberOf(crl);
    if (number.isEmpty() || crl.getNextUpdate() == null) {
      return Optional.empty();
    }
    return authorities.stream()
        .filter(ca -> ca.getSubjectX500Principal().equals(crl.getIssuerX500Principal()))
        .filter(ca -> signedBy(ca, crl))
        .findFirst()
        .map(
            ca ->
                new TrustedCrl(
                    crl,
                    ca,
                    number.get(),
                    crl.getThisUpdate().toInstant(),
                    crl.getNextUpdate().toInstant()));
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

  byte[] encoded() {
    try {
      return crl.getEncoded();
    } catch (CRLException e) {
      throw new IllegalStateException("a CRL that was read cannot be encoded", e);
    }
  }

  private static boolean signedBy(X509Certificate authority, X509CRL crl) {
    try {
      crl.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Another CA of the same name may have signed it.
      return false;
    }
  }

  /** The number is a DER INTEGER inside the OCTET STRING of the extension; RFC 5280 bounds it. */
  private static Optional<BigInteger> numberOf(X509CRL crl) {
    byte[] value = crl.getExtensionValue(CRL_NUMBER);
    if (value == null
        || value.length < 5
        || value.length > 26
        || value[0] != OCTET_STRING
        || value[1] != value.length - 2
        || value[2] != INTEGER
        || value[3] != value.length - 4) {
      return Optional.empty();
    }
    return Optional.of(new BigInteger(value, 4, value.length - 4));
  }
}
