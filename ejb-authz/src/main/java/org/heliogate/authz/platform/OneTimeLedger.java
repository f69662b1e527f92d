package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.util.Collections;
import java.util.List;

/** The used-up values in the database. The table's primary key decides races between nodes. */
@ApplicationScoped
class OneTimeLedger {

  private static final String ROW =
      "(cast(? as varchar(43)), cast(? as timestamp(6) with time zone),"
          + " cast(? as varchar(43)), cast(? as varchar(64)))";

  private final EntityManager entityManager;

  @Inject
  OneTimeLedger(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * Writes values of different digests, in a transaction of its own: all or none. One statement,
   * however many.
   *
   * @throws AlreadySpentException if one of them was written before
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void write(List<OneTimeValue> values) {
    writeWithin(values);
  }

  /**
   * Writes values of different digests together with what else the caller's transaction does.
   *
   * @throws AlreadySpentException if one of them was written before; the caller's transaction is
   *     lost then
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void writeWithin(List<OneTimeValue> values) {
    String kind = values.get(0).kind();
    Query insert =
        entityManager.createNativeQuery(
            "insert into one_time_value (digest, expires_at)"
                + " select v.digest, v.expires_at from (values "
                + String.join(", ", Collections.nCopies(values.size(), ROW))
                + ") as v(digest, expires_at, ticket_digest, client_id) where not exists"
                + " (select 1 from one_time_value o where o.digest = v.digest)"
                + " and not exists (select 1 from ticket_owner t"
                + " where t.ticket_digest = v.ticket_digest and t.client_id <> v.client_id)");
    int position = 1;
    for (OneTimeValue value : values) {
      insert.setParameter(position++, value.digest());
      insert.setParameter(position++, value.expiresAt());
      insert.setParameter(position++, value.ticketDigest());
      insert.setParameter(position++, value.client());
    }
    try {
      if (insert.executeUpdate() < values.size()) {
        throw new AlreadySpentException(kind, null);
      }
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        throw new AlreadySpentException(kind, e);
      }
      throw e;
    }
  }
}
