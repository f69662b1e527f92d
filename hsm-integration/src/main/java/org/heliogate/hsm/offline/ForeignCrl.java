package org.heliogate.hsm.offline;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;

/**
 * A CRL that a root elsewhere signed.
 *
 * @param crl the CRL
 */
record ForeignCrl(X509CRL crl) {

  private static final String CRL_NUMBER = "2.5.29.20";

  boolean isOf(X509Certificate root) {
    try {
      crl.verify(root.getPublicKey());
      return crl.getIssuerX500Principal().equals(root.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * Checks that it is complete and in force (RFC 5280 §5).
   *
   * @throws PkiException if not
   */
  void check(Instant now) throws PkiException {
    if (crl.getExtensionValue(CRL_NUMBER) == null || number().bitLength() > Long.SIZE - 1) {
      throw new PkiException("the CRL has no CRL number, or a long one");
    }
    if (crl.getNextUpdate() == null || !now.isBefore(crl.getNextUpdate().toInstant())) {
      throw new PkiException("the CRL is over; have the root sign a new one");
    }
  }

  BigInteger number() {
    byte[] inner = ASN1OctetString.getInstance(crl.getExtensionValue(CRL_NUMBER)).getOctets();
    return ASN1Integer.getInstance(inner).getValue();
  }

  byte[] der() throws GeneralSecurityException {
    return crl.getEncoded();
  }
}
