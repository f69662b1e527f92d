package org.heliogate.hsm.ca;

import java.math.BigInteger;
import java.time.Instant;

/**
 * An entry of a CRL.
 *
 * @param serial the certificate's serial number
 * @param revokedAt since when it is not to be trusted
 * @param reason why
 */
public record RevokedCertificate(BigInteger serial, Instant revokedAt, RevocationReason reason) {}
