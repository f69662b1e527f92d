package org.heliogate.authz.ca;

import java.math.BigInteger;
import java.util.List;
import org.heliogate.hsm.ca.RevokedCertificate;

/**
 * A CRL that is to be signed.
 *
 * @param issuerSki the CA's subject key identifier, lower-case hex
 * @param number the CRL number, given to this draft alone
 * @param revoked its entries
 */
record CrlDraft(String issuerSki, long number, List<RevokedCertificate> revoked) {

  BigInteger bigNumber() {
    return BigInteger.valueOf(number);
  }
}
