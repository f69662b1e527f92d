package org.heliogate.authz.ca;

import java.time.Instant;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;

/**
 * A certificate that was signed and is to be stored.
 *
 * @param order for whom
 * @param serial its serial number, lower-case hex
 * @param der the certificate
 * @param notAfter the end of its validity
 */
@SuppressWarnings("ArrayRecordComponent") // Stored at once, never compared.
record SignedIntent(CertificateOrder order, String serial, byte[] der, Instant notAfter)
    implements IssuanceStep {

  AuditEvent event() {
    return AuditEvent.success(
        "certificate.issue",
        order.clientId(),
        serial,
        Map.of(
            "profile",
            order.profile().name(),
            "username",
            order.username(),
            "not_after",
            notAfter.toString()));
  }
}
