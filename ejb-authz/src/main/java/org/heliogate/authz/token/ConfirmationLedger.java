package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;

/** Where a device's confirmation is written down. */
@ApplicationScoped
class ConfirmationLedger {

  private final EntityManager entityManager;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  ConfirmationLedger(
      EntityManager entityManager, ChangeNotices notices, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /** Confirms the device if it was answered and not confirmed yet; otherwise does nothing. */
  @Transactional
  public void confirm(String masterId, String clientId) {
    int updated =
        entityManager
            .createQuery(
                "update DeviceEntity d set d.onboarding = :confirmed, d.updatedAt = :now,"
                    + " d.version = d.version + 1"
                    + " where d.masterId = :id and d.onboarding = :responded")
            .setParameter("confirmed", Onboarding.CONFIRMED.name())
            .setParameter("responded", Onboarding.RESPONDED.name())
            .setParameter("now", clock.instant())
            .setParameter("id", masterId)
            .executeUpdate();
    if (updated == 0) {
      return;
    }
    audit.record(
        AuditEvent.success("device.confirm", clientId, masterId, Map.of("client", clientId)));
    List<String> clientIds =
        entityManager
            .createQuery(
                "select c.clientId from ClientEntity c where c.masterId = :id", String.class)
            .setParameter("id", masterId)
            .getResultList();
    clientIds.forEach(id -> notices.publish(ChangeNotice.Kind.CLIENT, id));
  }
}
