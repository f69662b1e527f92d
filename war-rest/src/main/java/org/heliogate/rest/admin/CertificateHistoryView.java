package org.heliogate.rest.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.heliogate.authz.ca.CertificateHistory;

/**
 * A certificate with what was done to it.
 *
 * @param certificate as in lists
 * @param events the oldest first
 */
record CertificateHistoryView(
    @JsonUnwrapped CertificateView certificate, List<AuditEventView> events) {

  static CertificateHistoryView of(CertificateHistory.Entry entry) {
    return new CertificateHistoryView(
        CertificateView.summary(entry.certificate()),
        entry.events().stream().map(AuditEventView::of).toList());
  }
}
