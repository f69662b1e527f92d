package org.heliogate.authz.ca;

import org.heliogate.hsm.ca.PreparedCertificate;

/**
 * The wish to have a certificate signed.
 *
 * @param order for whom
 * @param prepared what is to be signed
 * @param renewal whether a certificate in the last third of its life is to be followed by one that
 *     ends later
 */
record SigningIntent(CertificateOrder order, PreparedCertificate prepared, boolean renewal)
    implements IssuanceStep {}
