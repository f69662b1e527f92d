package org.heliogate.authz.ca;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates are looked for; what is null does not matter.
 *
 * @param serial how the serial number begins, lower-case hex
 * @param commonName CN of the subject, for clients their username
 * @param clientId the client
 * @param masterId the device
 * @param profile name of the profile
 * @param issuerSki the issuer's subject key identifier, lower-case hex
 * @param status how far it is
 * @param expiresAfter the validity ends then or later
 * @param expiresBefore the validity ends earlier
 */
public record CertificateFilter(
    @Nullable String serial,
    @Nullable String commonName,
    @Nullable String clientId,
    @Nullable String masterId,
    @Nullable String profile,
    @Nullable String issuerSki,
    @Nullable CertificateStatus status,
    @Nullable Instant expiresAfter,
    @Nullable Instant expiresBefore) {

  /** Every certificate. */
  public static final CertificateFilter ALL =
      new CertificateFilter(null, null, null, null, null, null, null, null, null);

  /** The certificates of a device's clients. */
  public static CertificateFilter ofDevice(String masterId) {
    return new CertificateFilter(null, null, null, masterId, null, null, null, null, null);
  }
}
