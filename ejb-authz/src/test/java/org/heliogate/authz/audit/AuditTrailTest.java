package org.heliogate.authz.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.junit.jupiter.api.Test;

class AuditTrailTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-01T10:00:30Z"), ZoneOffset.UTC);

  @Test
  void recordWhenCommittedThenListedNewestFirst() {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            AuditTrail trail = new AuditTrail(em, CLOCK);
            trail.record(AuditEvent.success("device.load", "admin", "SE-1", Map.of("line", "1")));
            trail.record(AuditEvent.refused("device.bootstrap", "-", "SE-1", "replayed"));
          });
      List<AuditRow> rows =
          database.inTransaction(em -> new AuditTrail(em, CLOCK).list(Long.MAX_VALUE, 10));
      assertThat(rows)
          .extracting(AuditRow::action)
          .containsExactly("device.bootstrap", "device.load");
      assertThat(rows.get(1).details()).isEqualTo("{\"line\":\"1\"}");
      assertThat(rows.get(0).outcome()).isEqualTo("refused");
    }
  }

  @Test
  void listWhenFilteredThenOnlyThatSubjectOrAction() {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            AuditTrail trail = new AuditTrail(em, CLOCK);
            trail.record(AuditEvent.success("device.load", "admin", "SE-1", Map.of()));
            trail.record(AuditEvent.success("device.load", "admin", "SE-2", Map.of()));
            trail.record(AuditEvent.success("device.rearm", "admin", "SE-1", Map.of()));
          });
      database.runInTransaction(
          em -> {
            AuditTrail trail = new AuditTrail(em, CLOCK);
            assertThat(trail.list("SE-1", null, Long.MAX_VALUE, 10))
                .extracting(AuditRow::action)
                .containsExactly("device.rearm", "device.load");
            assertThat(trail.list(null, "device.load", Long.MAX_VALUE, 10))
                .extracting(AuditRow::subject)
                .containsExactly("SE-2", "SE-1");
            assertThat(trail.list("SE-2", "device.rearm", Long.MAX_VALUE, 10)).isEmpty();
          });
    }
  }

  @Test
  void flushWhenRepeatedThenTheFirstAtOnceAndTheOthersWhenTheMinuteIsOver() {
    try (TestDatabase database = TestDatabase.create()) {
      MutableClock clock = new MutableClock();
      database.runInTransaction(
          em -> {
            AuditTrail trail = new AuditTrail(em, clock);
            AuditTally tally = new AuditTally(trail, clock);
            tally.flush();
            count(tally, 7);
            tally.flush();
            count(tally, 7);
            tally.flush();
            assertThat(trail.list(Long.MAX_VALUE, 10))
                .singleElement()
                .satisfies(row -> assertThat(row.occurrences()).isEqualTo(7));
            clock.advance(Duration.ofMinutes(1));
            tally.flush();
            assertThat(trail.list(Long.MAX_VALUE, 10))
                .allSatisfy(
                    row ->
                        assertThat(row.createdAt())
                            .isEqualTo(Instant.parse("2026-11-01T10:00:00Z")))
                .extracting(AuditRow::occurrences)
                .containsExactly(7L, 7L);
          });
    }
  }

  @Test
  void closeWhenRepeatedThenAllIsWritten() {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            AuditTrail trail = new AuditTrail(em, CLOCK);
            AuditTally tally = new AuditTally(trail, CLOCK);
            count(tally, 1);
            tally.flush();
            count(tally, 3);
            tally.close();
            assertThat(trail.list(Long.MAX_VALUE, 10))
                .extracting(AuditRow::occurrences)
                .containsExactly(3L, 1L);
          });
    }
  }

  @Test
  void flushWhenManyDifferentThenARowEach() {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            AuditTally tally = new AuditTally(new AuditTrail(em, CLOCK), CLOCK);
            for (int i = 0; i < 250; i++) {
              tally.count(AuditEvent.success("token.issue", "client", "client-" + i, Map.of()));
            }
            tally.flush();
          });
      List<AuditRow> rows =
          database.inTransaction(em -> new AuditTrail(em, CLOCK).list(Long.MAX_VALUE, 1_000));
      assertThat(rows).hasSize(250).allSatisfy(row -> assertThat(row.occurrences()).isOne());
    }
  }

  private static void count(AuditTally tally, int times) {
    for (int i = 0; i < times; i++) {
      tally.count(AuditEvent.refused("device.bootstrap", "-", "127.0.0.1", "unknown"));
    }
  }
}
