package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.hsm.ca.PreparedCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of issuance. The first stores serial and intent, the second the certificate;
 * between them the HSM signs and nothing is held. A client's row is locked for the first, so that
 * its revocation either finds the intent or prevents it.
 */
@ApplicationScoped
class IssuanceLedger {

  /** After that long nobody is still signing; whoever did has died. */
  private static final Duration SIGNING = Duration.ofSeconds(5);

  private static final int BATCH = 500;

  private final Authorities authorities;
  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Event<CertificateRevoked> revoked;
  private final Clock clock;

  @Inject
  IssuanceLedger(
      Authorities authorities,
      EntityManager entityManager,
      AuditTrail audit,
      Event<CertificateRevoked> revoked,
      Clock clock) {
    this.authorities = authorities;
    this.entityManager = entityManager;
    this.audit = audit;
    this.revoked = revoked;
    this.clock = clock;
  }

  /**
   * Stores the intent to sign, unless there is no need or right to.
   *
   * @param renewal whether a certificate in the last third of its life is to be followed by one
   *     that ends later
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Reservation reserve(
      CertificateOrder order, PreparedCertificate prepared, boolean renewal) {
    ClientEntity client =
        entityManager.find(ClientEntity.class, order.clientId(), LockModeType.PESSIMISTIC_WRITE);
    if (client == null || !client.active() || !standing(client.masterId())) {
      return new Reservation.Refused();
    }
    Instant now = clock.instant();
    CertificateEntity live = live(order.liveKey());
    if (live != null) {
      byte[] der = live.der();
      if (live.status() == CertificateStatus.INTENT) {
        if (now.isBefore(live.createdAt().plus(SIGNING))) {
          return new Reservation.Busy();
        }
        orphan(live, now);
      } else if (live.status() == CertificateStatus.HELD) {
        return new Reservation.Held();
      } else if (der != null
          && live.notAfter().isAfter(now)
          && authorities.find(live.issuerSki()).isPresent()
          && !(renewal && isDue(live, prepared, now))) {
        return new Reservation.Existing(der);
      } else {
        live.release();
      }
      entityManager.flush();
    }
    CertificateEntity intent =
        new CertificateEntity(
            prepared.serial(),
            prepared.issuerSki(),
            prepared.profile().name(),
            order.username(),
            order.request().publicKeySha256(),
            prepared.notBefore(),
            prepared.notAfter(),
            now);
    intent.setOwner(order.clientId(), order.masterId(), order.liveKey());
    entityManager.persist(intent);
    return new Reservation.Granted();
  }

  /**
   * Stores the signed certificate.
   *
   * @return false if the intent was revoked or given up meanwhile; its serial is on the CRL then
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean complete(CertificateOrder order, String serial, byte[] der, Instant notAfter) {
    int stored =
        entityManager
            .createQuery(
                "update CertificateEntity c set c.der = :der, c.status = :issued"
                    + " where c.serial = :serial and c.status = :intent")
            .setParameter("der", der)
            .setParameter("issued", CertificateStatus.ISSUED)
            .setParameter("serial", serial)
            .setParameter("intent", CertificateStatus.INTENT)
            .executeUpdate();
    if (stored == 0) {
      return false;
    }
    audit.record(
        AuditEvent.success(
            "certificate.issue",
            order.clientId(),
            serial,
            Map.of(
                "profile",
                order.profile().name(),
                "username",
                order.username(),
                "not_after",
                notAfter.toString())));
    return true;
  }

  /** Gives an intent up whose signature failed. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void abandon(String serial) {
    CertificateEntity intent = locked(serial);
    if (intent != null && intent.status() == CertificateStatus.INTENT) {
      orphan(intent, clock.instant());
    }
  }

  /**
   * Gives up intents that are older than a bound.
   *
   * @return how many, at most 500
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public int abandonOlderThan(Duration age) {
    Instant now = clock.instant();
    List<CertificateEntity> intents =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.status = :intent"
                    + " and c.createdAt < :before order by c.createdAt",
                CertificateEntity.class)
            .setParameter("intent", CertificateStatus.INTENT)
            .setParameter("before", now.minus(age))
            .setMaxResults(BATCH)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    intents.forEach(intent -> orphan(intent, now));
    return intents.size();
  }

  private void orphan(CertificateEntity intent, Instant now) {
    intent.orphan(now);
    audit.record(
        AuditEvent.success(
            "certificate.orphan",
            "system",
            intent.serial(),
            Map.of("profile", intent.profile(), "username", intent.username())));
    revoked.fire(new CertificateRevoked(intent.serial(), intent.clientId(), intent.username()));
  }

  /** Whether the client's device, if it has one, may take part; its suspension locks the client. */
  private boolean standing(@Nullable String masterId) {
    if (masterId == null) {
      return true;
    }
    DeviceEntity device = entityManager.find(DeviceEntity.class, masterId);
    return device != null && device.standing() == Standing.ACTIVE;
  }

  private static boolean isDue(CertificateEntity live, PreparedCertificate next, Instant now) {
    Duration third = Duration.between(live.notBefore(), live.notAfter()).dividedBy(3);
    return !now.isBefore(live.notAfter().minus(third)) && next.notAfter().isAfter(live.notAfter());
  }

  private @Nullable CertificateEntity live(String liveKey) {
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.liveKey = :key", CertificateEntity.class)
        .setParameter("key", liveKey)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }

  private @Nullable CertificateEntity locked(String serial) {
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.serial = :serial", CertificateEntity.class)
        .setParameter("serial", serial)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }
}
