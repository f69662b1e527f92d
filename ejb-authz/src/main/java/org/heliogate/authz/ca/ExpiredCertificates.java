package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.client.jpa.ClientEntity;

/**
 * The watch for certificates that have expired: who checks a certificate only when a session begins
 * must hear of its end. That is noted in the certificate's row, in the transaction that ends what
 * rests on it, so that each is found once, on whatever node, and one that expired while no server
 * ran is found at the next start.
 */
@ApplicationScoped
public class ExpiredCertificates {

  private static final int BATCH = 500;

  private final EntityManager entityManager;
  private final Event<CertificatesExpired> expired;
  private final Clock clock;

  /** The watch over the given database. */
  @Inject
  public ExpiredCertificates(
      EntityManager entityManager, Event<CertificatesExpired> expired, Clock clock) {
    this.entityManager = entityManager;
    this.expired = expired;
    this.clock = clock;
  }

  /**
   * Gives word of certificates that have expired since the last look, at most 500 at a time.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean pass() {
    Map<Long, String> due =
        entityManager
            .createQuery(
                "select c.id, c.clientId from CertificateEntity c"
                    + " where c.expiryDue <= :now order by c.expiryDue",
                Object[].class)
            .setParameter("now", clock.instant())
            .setMaxResults(BATCH)
            .getResultStream()
            .collect(Collectors.toMap(row -> (Long) row[0], row -> (String) row[1]));
    if (due.isEmpty()) {
      return false;
    }
    lockClients(Set.copyOf(due.values()));
    List<CertificateEntity> ended = lock(due.keySet());
    if (!ended.isEmpty()) {
      end(ended);
    }
    return due.size() == BATCH;
  }

  /** Before their certificates, as everybody does: an issuance comes before or after all of it. */
  private void lockClients(Set<String> ids) {
    entityManager
        .createQuery(
            "select c from ClientEntity c where c.clientId in :ids order by c.clientId",
            ClientEntity.class)
        .setParameter("ids", ids)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }

  /** As they are now; without those that another node has ended meanwhile. */
  private List<CertificateEntity> lock(Set<Long> ids) {
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.id in :ids and c.expiryDue is not null"
                + " order by c.id",
            CertificateEntity.class)
        .setParameter("ids", ids)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }

  private void end(List<CertificateEntity> certificates) {
    entityManager
        .createQuery("update CertificateEntity c set c.expiryDue = null where c.id in :ids")
        .setParameter("ids", certificates.stream().map(CertificateEntity::id).toList())
        .executeUpdate();
    expired.fire(
        new CertificatesExpired(
            certificates.stream().map(CertificateEntity::clientId).collect(Collectors.toSet())));
  }
}
