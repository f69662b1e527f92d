package org.heliogate.authz.ca;

import java.time.Instant;

/**
 * A certificate as its holder gets it.
 *
 * @param serial the serial number, lower-case hex
 * @param subject the subject, {@code CN=<username>}
 * @param certificatePem the certificate alone
 * @param caCertificatesPem the issuing CA's and the root's
 * @param notBefore begin of the validity
 * @param notAfter end of the validity
 */
public record IssuedCertificate(
    String serial,
    String subject,
    String certificatePem,
    String caCertificatesPem,
    Instant notBefore,
    Instant notAfter) {}
