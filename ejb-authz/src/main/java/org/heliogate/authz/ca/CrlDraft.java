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
 * @param released serials, lower-case hex, that it lists no more
 */
record CrlDraft(
    String issuerSki, long number, List<RevokedCertificate> revoked, List<String> released) {

  BigInteger bigNumber() {
    return BigInteger.valueOf(number);
  }
}
