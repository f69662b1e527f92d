package org.heliogate.authz.platform;

import jakarta.persistence.EntityManager;
import java.time.Instant;

/**
 * The tables whose rows lose their meaning with time, and how they are deleted: oldest first, a
 * bounded number in a transaction, so that a long-neglected table stops nobody.
 */
public enum ExpiredRows {
  /** Values that count once. */
  ONE_TIME_VALUE("one_time_value", "digest", "expires_at"),
  /** Counters of one-time passwords made from AATs. */
  AAT_COUNTER("aat_counter", "handle_digest, n", "expires_at"),
  /** Who presented a ticket first. */
  TICKET_OWNER("ticket_owner", "ticket_digest", "expires_at"),
  /** Tokens that ended early. */
  REVOKED_TOKEN("revoked_token", "digest", "expires_at"),
  /** Shared symmetric keys. */
  TOKEN_KEY("token_key", "kid", "expires_at"),
  /** Recorded answers. */
  IDEMPOTENCY_RECORD("idempotency_record", "digest", "expires_at"),
  /** Words of changes. */
  CHANGE_NOTICE("change_notice", "seq", "created_at");

  /** The most rows that one transaction deletes. */
  public static final int BATCH = 1_000;

  private final String statement;

  ExpiredRows(String table, String key, String age) {
    this.statement =
        "delete from %1$s where (%2$s) in (select %2$s from %1$s where %3$s <= :before order by %3$s fetch first %4$d rows only)"
            .formatted(table, key, age, BATCH);
  }

  /**
   * Deletes the oldest rows up to that moment, at most {@link #BATCH}, in the caller's transaction.
   *
   * @return whether there may be more
   */
  public boolean delete(EntityManager entityManager, Instant before) {
    return entityManager.createNativeQuery(statement).setParameter("before", before).executeUpdate()
        == BATCH;
  }
}
