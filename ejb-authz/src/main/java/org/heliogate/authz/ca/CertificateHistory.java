package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.authz.audit.AuditTrail;

/** What became of certificates: the audit trail beside the inventory. */
@ApplicationScoped
public class CertificateHistory {

  private static final String ACTIONS = "certificate.";

  private final CertificateInventory inventory;
  private final AuditTrail audit;

  /** The history of the given inventory. */
  @Inject
  public CertificateHistory(CertificateInventory inventory, AuditTrail audit) {
    this.inventory = inventory;
    this.audit = audit;
  }

  /**
   * A certificate and what was done to it.
   *
   * @param certificate the certificate as it is now
   * @param events the oldest first
   */
  public record Entry(CertificateRecord certificate, List<AuditRow> events) {}

  /**
   * A page of a device's certificates, the newest first, each with its events: two queries.
   *
   * @param masterId the device
   * @param before as in {@link CertificateInventory#page}
   * @param limit as there
   */
  @Transactional
  public List<Entry> ofDevice(String masterId, long before, int limit) {
    List<CertificateRecord> page =
        inventory.page(CertificateFilter.ofDevice(masterId), before, limit);
    Map<String, List<AuditRow>> events =
        audit.of(page.stream().map(CertificateRecord::serial).toList(), ACTIONS).stream()
            .collect(Collectors.groupingBy(AuditRow::subject));
    return page.stream()
        .map(row -> new Entry(row, events.getOrDefault(row.serial(), List.of())))
        .toList();
  }
}
