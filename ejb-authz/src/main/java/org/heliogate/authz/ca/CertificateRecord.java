package org.heliogate.authz.ca;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in the inventory.
 *
 * @param id rises with time; the cursor of pages
 * @param serial the serial number, lower-case hex
 * @param issuerSki the issuer's subject key identifier, lower-case hex
 * @param profile name of the profile
 * @param profileVersion version of the profile under which it was issued
 * @param username CN of the subject
 * @param clientId the client, null for what was issued offline
 * @param masterId the device, null for others
 * @param status how far it is
 * @param notBefore begin of the validity
 * @param notAfter end of the validity
 * @param revokedAt since when it is withdrawn, null if it is not
 * @param reason why it is withdrawn, such as {@code key_compromise}; null if it is not
 * @param heldBy who holds it, null unless it is on hold
 * @param holds how often it was put on hold
 * @param createdAt when the serial was given out
 */
public record CertificateRecord(
    long id,
    String serial,
    String issuerSki,
    String profile,
    int profileVersion,
    String username,
    @Nullable String clientId,
    @Nullable String masterId,
    CertificateStatus status,
    Instant notBefore,
    Instant notAfter,
    @Nullable Instant revokedAt,
    @Nullable String reason,
    @Nullable HoldOrigin heldBy,
    int holds,
    Instant createdAt) {}
