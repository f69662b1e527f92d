package org.heliogate.authz.ca;

import org.jspecify.annotations.Nullable;

/**
 * Which certificates are looked for; what is null does not matter.
 *
 * @param serial the serial number, lower-case hex
 * @param username CN of the subject
 * @param clientId the client
 * @param masterId the device
 * @param status how far it is
 */
public record CertificateFilter(
    @Nullable String serial,
    @Nullable String username,
    @Nullable String clientId,
    @Nullable String masterId,
    @Nullable CertificateStatus status) {

  /** Every certificate. */
  public static final CertificateFilter ALL = new CertificateFilter(null, null, null, null, null);
}
