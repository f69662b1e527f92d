package org.heliogate.authz.ca;

import java.math.BigInteger;
import java.util.List;
import org.heliogate.hsm.ca.RevokedCertificate;

/**
 * A CRL that is to be signed.
 *
 * @param issuerSki the CA's subject key identifier, lower-case hex
 * @param number the CRL number, given to this draft alone
 * @param base number of the full CRL to which a delta is signed at the same time; 0 if this CRL is
 *     made of all entries and becomes the base itself
 * @param revoked entries: all of them, or those that the CRL before may not have
 * @param released serial numbers that the CRL before may have and this one has not
 * @param changes entries of the delta
 * @param releases serial numbers that are not revoked any more, for the delta
 */
record CrlDraft(
    String issuerSki,
    long number,
    long base,
    List<RevokedCertificate> revoked,
    List<BigInteger> released,
    List<RevokedCertificate> changes,
    List<BigInteger> releases) {

  /** Whether it is made of all entries. */
  boolean whole() {
    return base == 0;
  }

  BigInteger bigNumber() {
    return BigInteger.valueOf(number);
  }
}
