package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every table of which rows expire is emptied of them in batches, and of nothing else. */
class ExpiredRowsTest {

  private static final Instant NOW = new MutableClock().instant();

  private static final Map<ExpiredRows, String> INSERTS =
      Map.of(
          ExpiredRows.ONE_TIME_VALUE,
          "insert into one_time_value (digest, expires_at) values (:key, :time)",
          ExpiredRows.AAT_COUNTER,
          "insert into aat_counter (handle_digest, n, expires_at) values (:key, 1, :time)",
          ExpiredRows.TICKET_OWNER,
          "insert into ticket_owner (ticket_digest, client_id, expires_at)"
              + " values (:key, 'c', :time)",
          ExpiredRows.REVOKED_TOKEN,
          "insert into revoked_token (digest, expires_at) values (:key, :time)",
          ExpiredRows.TOKEN_KEY,
          "insert into token_key (kid, purpose, sealed, created_at, expires_at)"
              + " values (:key, 'AAT', 's', :time, :time)",
          ExpiredRows.IDEMPOTENCY_RECORD,
          "insert into idempotency_record (digest, request_digest, response_sealed, expires_at)"
              + " values (:key, 'd', 's', :time)",
          ExpiredRows.CHANGE_NOTICE,
          "insert into change_notice (kind, subject, created_at) values ('ROLE', :key, :time)");

  @Test
  void deleteWhenMoreThanABatchHaveExpiredThenABatchATimeAndTheRestStays() {
    try (TestDatabase database = TestDatabase.create()) {
      assertThat(INSERTS).containsOnlyKeys(ExpiredRows.values());
      INSERTS.forEach(
          (table, insert) -> {
            database.runInTransaction(
                em -> {
                  for (int i = 0; i < ExpiredRows.BATCH + 1; i++) {
                    add(em, insert, "old" + i, NOW);
                  }
                  add(em, insert, "new", NOW.plusSeconds(1));
                });
            assertThat(database.<Boolean>inTransaction(em -> table.delete(em, NOW))).isTrue();
            assertThat(database.<Boolean>inTransaction(em -> table.delete(em, NOW))).isFalse();
            assertThat(count(database, table)).as("%s", table).isEqualTo(1);
          });
    }
  }

  private static void add(EntityManager em, String insert, String key, Instant time) {
    em.createNativeQuery(insert)
        .setParameter("key", key)
        .setParameter("time", time)
        .executeUpdate();
  }

  private static long count(TestDatabase database, ExpiredRows table) {
    return database.inTransaction(
        em ->
            ((Number)
                    em.createNativeQuery("select count(*) from " + table.name()).getSingleResult())
                .longValue());
  }
}
