package org.heliogate.authz.ca;

import org.jspecify.annotations.Nullable;

/**
 * Word that a certificate is no longer on hold, a CDI event within the transaction that did it. Who
 * observes it in progress can let the holder in again in the same transaction.
 *
 * @param serial the serial number, lower-case hex
 * @param clientId the client, null for what was issued offline
 * @param username CN of the subject
 */
public record CertificateReleased(String serial, @Nullable String clientId, String username) {}
