package org.heliogate.authz.ocsp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.ocsp.jpa.OcspResponderEntity;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.jspecify.annotations.Nullable;

/**
 * The responders in the database. One comes in two steps, so that the HSM is used with no
 * transaction open: a row that announces it, and the same row with its certificate.
 */
@ApplicationScoped
class ResponderStore {

  /** An announced pair that did not come within this time will not come any more. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EntityManager entityManager;
  private final ChangeNotices notices;
  private final Clock clock;

  @Inject
  ResponderStore(EntityManager entityManager, ChangeNotices notices, Clock clock) {
    this.entityManager = entityManager;
    this.notices = notices;
    this.clock = clock;
  }

  /** The responders whose certificates are valid and not withdrawn, oldest first. One query. */
  @Transactional
  public List<StoredResponder> load() {
    return entityManager
        .createQuery(
            "select r, c from OcspResponderEntity r, CertificateEntity c"
                + " where c.serial = r.serial and c.status = :issued and c.notAfter > :now"
                + " order by r.number",
            Object[].class)
        .setParameter("issued", CertificateStatus.ISSUED)
        .setParameter("now", clock.instant())
        .getResultStream()
        .map(row -> read((OcspResponderEntity) row[0], (CertificateEntity) row[1]))
        .toList();
  }

  /** The names of those that another one has followed, the last one before that moment. */
  @Transactional
  public List<String> supersededBefore(Instant moment) {
    return entityManager
        .createQuery(
            "select r.id from OcspResponderEntity r where exists (select 1 from"
                + " OcspResponderEntity later where later.issuerSki = r.issuerSki"
                + " and later.number > r.number and later.serial is not null"
                + " and later.createdAt < :moment)",
            String.class)
        .setParameter("moment", moment)
        .getResultList();
  }

  /** The highest number of a CA's responders, 0 for none. */
  @Transactional
  public long lastNumber(String issuerSki) {
    Long highest =
        entityManager
            .createQuery(
                "select max(r.number) from OcspResponderEntity r where r.issuerSki = :issuer",
                Long.class)
            .setParameter("issuer", issuerSki)
            .getSingleResult();
    return highest == null ? 0 : highest;
  }

  /**
   * Announces a pair, in a transaction of its own.
   *
   * @throws jakarta.persistence.PersistenceException a violated constraint if another node has
   *     announced that number
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void announce(String id, String issuerSki, long number) {
    entityManager.persist(new OcspResponderEntity(id, issuerSki, number, clock.instant()));
    entityManager.flush();
  }

  /** Whether a pair of that CA is being made by somebody. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean announced(String issuerSki) {
    entityManager
        .createQuery(
            "delete from OcspResponderEntity r where r.serial is null and r.createdAt < :before")
        .setParameter("before", clock.instant().minus(PATIENCE))
        .executeUpdate();
    return entityManager
            .createQuery(
                "select count(r) from OcspResponderEntity r where r.issuerSki = :issuer"
                    + " and r.serial is null",
                Long.class)
            .setParameter("issuer", issuerSki)
            .getSingleResult()
        > 0;
  }

  /**
   * Puts an announced responder to work on all nodes.
   *
   * @return false if the announcement was given up meanwhile; nothing is changed then
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean complete(String id, @Nullable String sealed, String serial) {
    OcspResponderEntity row =
        entityManager.find(OcspResponderEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      return false;
    }
    row.complete(sealed, serial);
    notices.publish(ChangeNotice.Kind.OCSP_RESPONDERS, id);
    return true;
  }

  /** Forgets a responder or its announcement; one that is not there is no error. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void remove(String id) {
    entityManager
        .createQuery("delete from OcspResponderEntity r where r.id = :id")
        .setParameter("id", id)
        .executeUpdate();
  }

  /** Whether the name is that of a row, also of one whose pair is being made. */
  @Transactional
  public boolean knows(String id) {
    return entityManager.find(OcspResponderEntity.class, id) != null;
  }

  private static StoredResponder read(OcspResponderEntity row, CertificateEntity issued) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(Objects.requireNonNull(issued.der())));
      return new StoredResponder(
          row.id(), row.issuerSki(), row.number(), row.sealed(), certificate);
    } catch (CertificateException e) {
      throw new IllegalStateException("a stored certificate cannot be read", e);
    }
  }
}
