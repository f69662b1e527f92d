package org.heliogate.authz.ca;

import org.jspecify.annotations.Nullable;

/**
 * Word that a certificate was withdrawn, for good or for the time being, a CDI event within the
 * transaction that did it. Who observes it in progress can end the holder's sessions in the same
 * transaction.
 *
 * @param serial the serial number, lower-case hex
 * @param clientId the client, null for what was issued offline
 * @param username CN of the subject
 */
public record CertificateRevoked(String serial, @Nullable String clientId, String username) {}
