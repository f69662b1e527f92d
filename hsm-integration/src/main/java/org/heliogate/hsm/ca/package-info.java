/**
 * The certificate authority: profiles, the check of certification requests, issuance and CRLs, to
 * RFC 5280. The offline command and the server use this one implementation.
 *
 * <p>The order is the same everywhere: a {@link org.heliogate.hsm.ca.CertificateIssuer} checks
 * everything and makes a {@link org.heliogate.hsm.ca.PreparedCertificate}, whose serial its owner
 * stores; only that is signed, once.
 */
@NullMarked
package org.heliogate.hsm.ca;

import org.jspecify.annotations.NullMarked;
