package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.heliogate.authz.platform.jpa.OneTimeValueEntity;

/**
 * Values that count once across all nodes: an assertion's {@code jti}, a redeemed ticket. One
 * insert each; the table's primary key decides races.
 */
@ApplicationScoped
public class OneTimeValues {

  private static final Duration SLACK = Duration.ofMinutes(5);

  private final EntityManager entityManager;
  private final Clock clock;

  /** The values used up, in the given database. */
  @Inject
  public OneTimeValues(EntityManager entityManager, Clock clock) {
    this.entityManager = entityManager;
    this.clock = clock;
  }

  /**
   * Uses a value up, in a transaction of its own that is committed when this returns.
   *
   * @param kind keeps values of different kinds apart
   * @param owner whose value it is
   * @param value the value
   * @param expiresAt from when on the value is refused for its age alone
   * @throws AlreadySpentException if it was used up before; nothing is changed then
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void spend(String kind, String owner, String value, Instant expiresAt) {
    spendWithin(kind, owner, value, expiresAt);
  }

  /**
   * Uses a value up together with what else the caller's transaction does.
   *
   * @throws AlreadySpentException if it was used up before; the caller's transaction is lost then
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void spendWithin(String kind, String owner, String value, Instant expiresAt) {
    try {
      int inserted =
          entityManager
              .createNativeQuery(
                  "insert into one_time_value (digest, expires_at)"
                      + " select cast(:digest as varchar(43)),"
                      + " cast(:expiry as timestamp(6) with time zone)"
                      + " where not exists (select 1 from one_time_value where digest = :digest)")
              .setParameter("digest", digest(kind, owner, value))
              .setParameter("expiry", expiresAt.plus(SLACK))
              .executeUpdate();
      if (inserted == 0) {
        throw new AlreadySpentException(kind, null);
      }
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        throw new AlreadySpentException(kind, e);
      }
      throw e;
    }
  }

  /** Whether a value was used up. */
  @Transactional
  public boolean spent(String kind, String owner, String value) {
    return entityManager.find(OneTimeValueEntity.class, digest(kind, owner, value)) != null;
  }

  /** Forgets the values that are refused for their age alone. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void purge() {
    Instant now = clock.instant();
    for (String table : new String[] {"one_time_value", "aat_counter", "ticket_owner"}) {
      entityManager
          .createNativeQuery("delete from " + table + " where expires_at < :now")
          .setParameter("now", now)
          .executeUpdate();
    }
  }

  private static String digest(String kind, String owner, String value) {
    return Digests.sha256(kind + '\n' + owner + '\n' + value);
  }
}
