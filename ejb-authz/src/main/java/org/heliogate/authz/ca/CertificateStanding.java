package org.heliogate.authz.ca;

import org.heliogate.hsm.ocsp.Standing;

/**
 * What a CA says of a certificate that it has issued.
 *
 * @param issuerSki the CA, by subject key identifier, lower-case hex
 * @param standing good or revoked
 */
public record CertificateStanding(String issuerSki, Standing standing) {}
