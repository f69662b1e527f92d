package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.Locale;
import org.heliogate.authz.ca.CertificateRecord;
import org.jspecify.annotations.Nullable;

/**
 * A certificate as operators see it.
 *
 * @param serial the serial number, lower-case hex
 * @param issuerSki the issuer's subject key identifier, lower-case hex
 * @param profileVersion version of the profile under which it was issued
 * @param clientId the client; left out for what was issued offline
 * @param device the master ID of the client's device; left out for others
 * @param status {@code intent}, {@code issued}, {@code held}, {@code revoked} or {@code orphaned}
 * @param revokedAt since when it is withdrawn; left out if it is not
 * @param reason why it is withdrawn; left out if it is not
 * @param heldBy {@code operator}, or {@code suspension} of the device; left out unless it is held
 * @param certificate PEM; left out in lists, and where nothing was signed
 */
record CertificateView(
    String serial,
    String issuerSki,
    String profile,
    int profileVersion,
    String username,
    @Nullable String clientId,
    @Nullable String device,
    String status,
    Instant notBefore,
    Instant notAfter,
    @Nullable Instant revokedAt,
    @Nullable String reason,
    @Nullable String heldBy,
    Instant createdAt,
    @Nullable String certificate) {

  /** Without the certificate itself. */
  static CertificateView summary(CertificateRecord row) {
    return of(row, null);
  }

  static CertificateView of(CertificateRecord row, @Nullable String pem) {
    return new CertificateView(
        row.serial(),
        row.issuerSki(),
        row.profile(),
        row.profileVersion(),
        row.username(),
        row.clientId(),
        row.masterId(),
        row.status().name().toLowerCase(Locale.ROOT),
        row.notBefore(),
        row.notAfter(),
        row.revokedAt(),
        row.reason(),
        heldBy(row),
        row.createdAt(),
        pem);
  }

  /** Only holds come back to a status that there was, and they are counted. */
  static String tag(CertificateRecord row) {
    String status = row.status().name().toLowerCase(Locale.ROOT);
    String heldBy = heldBy(row);
    return row.holds() == 0
        ? status
        : status + '-' + row.holds() + (heldBy == null ? "" : '-' + heldBy);
  }

  private static @Nullable String heldBy(CertificateRecord row) {
    return row.heldBy() == null ? null : row.heldBy().name().toLowerCase(Locale.ROOT);
  }
}
