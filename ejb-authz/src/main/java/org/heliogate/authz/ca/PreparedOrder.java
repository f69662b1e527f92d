package org.heliogate.authz.ca;

import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.PreparedCertificate;

/**
 * A {@link CertificateOrder} that was found good: its profile takes the key, and a CA in force is
 * there to sign. Nothing is stored of it yet.
 *
 * @param order the order, under the form of its profile that is issued
 * @param issuer the CA that signs
 * @param certificate what it signs, once
 */
public record PreparedOrder(
    CertificateOrder order, CertificateIssuer issuer, PreparedCertificate certificate) {}
