package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows of certificates that end soon. One that has a successor does not count: a
 * later one of the same name and profile. Certificates that were made offline together may have the
 * same name for different uses; they are imported together, so none of them succeeds another.
 */
@ApplicationScoped
class ExpiryLedger {

  private static final int BATCH = 500;

  /** With this value another node's rows are passed over, as Hibernate understands it. */
  private static final String LOCK_TIMEOUT = "jakarta.persistence.lock.timeout";

  private static final int SKIP_LOCKED = -2;

  /** Expired ones are shown for a while, so that a watcher sees the time go by. */
  private static final Duration AFTERMATH = Duration.ofDays(7);

  private static final String UNREPLACED =
      " c.status = :issued and not exists (select 1 from CertificateEntity n"
          + " where n.username = c.username and n.profile = c.profile and n.status = :issued"
          + " and n.notAfter > c.notAfter"
          + " and (c.clientId is not null or n.createdAt > c.createdAt))";

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  ExpiryLedger(EntityManager entityManager, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.clock = clock;
  }

  /** How many certificates without a successor end within a time from now, by profile. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Map<String, Long> endingWithin(Duration window) {
    Instant now = clock.instant();
    return entityManager
        .createQuery(
            "select c.profile, count(c) from CertificateEntity c"
                + " where c.notAfter > :now and c.notAfter <= :until and"
                + UNREPLACED
                + " group by c.profile",
            Object[].class)
        .setParameter("now", now)
        .setParameter("until", now.plus(window))
        .setParameter("issued", CertificateStatus.ISSUED)
        .getResultStream()
        .collect(Collectors.toMap(row -> (String) row[0], row -> (Long) row[1]));
  }

  /** When the first certificate without a successor ends, by profile, of those not a client's. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Map<String, Instant> firstEnds() {
    return entityManager
        .createQuery(
            "select c.profile, min(c.notAfter) from CertificateEntity c"
                + " where c.clientId is null and c.notAfter > :after and"
                + UNREPLACED
                + " group by c.profile",
            Object[].class)
        .setParameter("after", clock.instant().minus(AFTERMATH))
        .setParameter("issued", CertificateStatus.ISSUED)
        .getResultStream()
        .collect(Collectors.toMap(row -> (String) row[0], row -> (Instant) row[1]));
  }

  /**
   * Records that certificates without a successor end within so many days, once for each and this
   * or a shorter time, whichever node does it. Nothing is recorded of a certificate whose whole
   * life is not three times as long: its end is always near.
   *
   * @return how many were looked at, at most 500
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public int tell(int days) {
    Instant now = clock.instant();
    List<CertificateEntity> ending =
        entityManager
            .createQuery(
                "select c from CertificateEntity c"
                    + " where c.notAfter > :now and c.notAfter <= :until"
                    + " and (c.expiryNotice is null or c.expiryNotice > :days)"
                    + " and"
                    + UNREPLACED
                    + " order by c.notAfter",
                CertificateEntity.class)
            .setParameter("now", now)
            .setParameter("until", now.plus(Duration.ofDays(days)))
            .setParameter("days", days)
            .setParameter("issued", CertificateStatus.ISSUED)
            .setMaxResults(BATCH)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .setHint(LOCK_TIMEOUT, SKIP_LOCKED)
            .getResultList();
    ending.forEach(certificate -> tell(certificate, days));
    return ending.size();
  }

  private void tell(CertificateEntity certificate, int days) {
    certificate.noteExpiryNotice(days);
    Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
    if (life.compareTo(Duration.ofDays(3L * days)) < 0) {
      return;
    }
    Map<String, String> details = new HashMap<>();
    details.put("profile", certificate.profile());
    details.put("username", certificate.username());
    details.put("not_after", certificate.notAfter().toString());
    details.put("within_days", Integer.toString(days));
    put(details, "client_id", certificate.clientId());
    put(details, "device", certificate.masterId());
    audit.record(
        AuditEvent.success("certificate.expiring", "system", certificate.serial(), details));
  }

  private static void put(Map<String, String> details, String name, @Nullable String value) {
    if (value != null) {
      details.put(name, value);
    }
  }
}
