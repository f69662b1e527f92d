package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.heliogate.authz.platform.ChangeNotice.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeNoticesTest {

  private final MutableClock clock = new MutableClock();
  private final TestDatabase database = TestDatabase.create();
  private final CurrentEntityManager current = new CurrentEntityManager(database);
  private final TestEvent<ChangeNotice> events = new TestEvent<>();
  private final ChangeNotices node = new ChangeNotices(current.proxy(), clock, events);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void listenWhenANodeStartsThenItHearsWhatMayStillBeOnItsWay() {
    insert(1, "long ago");
    clock.advance(ChangeNotices.IN_FLIGHT.plusSeconds(1));
    insert(2, "just now");
    assertThat(listen()).containsExactly("just now");
    assertThat(listen()).isEmpty();
  }

  @Test
  void listenWhenALowerNumberIsCommittedLaterThenItIsHeardOnce() {
    insert(1, "one");
    listen();
    insert(4, "four");
    assertThat(listen()).containsExactly("four");
    clock.advance(Duration.ofMinutes(5));
    insert(3, "three");
    assertThat(listen()).containsExactly("three");
    insert(2, "two");
    insert(5, "five");
    assertThat(listen()).containsExactly("two", "five");
    assertThat(listen()).isEmpty();
  }

  @Test
  void listenWhenCutOffForAWhileThenNothingIsMissed() {
    insert(1, "one");
    listen();
    insert(2, "two");
    clock.advance(Duration.ofMinutes(30));
    insert(3, "three");
    assertThat(listen()).containsExactly("two", "three");
    assertThat(events.fired()).noneMatch(notice -> notice.kind() == Kind.EVERYTHING);
  }

  @Test
  void listenWhenCutOffForLongerThanNoticesAreKeptThenEverythingIsForgotten() {
    listen();
    clock.advance(ChangeNotices.KEEP);
    listen();
    assertThat(events.fired()).singleElement().isEqualTo(new ChangeNotice(Kind.EVERYTHING, ""));
  }

  @Test
  void publishWhenCommittedThenAnotherNodeHears() {
    listen();
    database.runInTransaction(
        em -> new ChangeNotices(em, clock, new TestEvent<>()).publish(Kind.CLIENT, "c-1"));
    assertThat(listen()).containsExactly("c-1");
  }

  @Test
  void purgeWhenManyAreOldThenABoundedNumberATime() {
    database.runInTransaction(
        em -> {
          for (long seq = 1; seq <= ExpiredRows.BATCH + 5; seq++) {
            insert(em, seq, "old");
          }
        });
    clock.advance(ChangeNotices.KEEP.plusSeconds(1));
    insert(9_999, "new");
    assertThat(current.within(node::purge)).isTrue();
    assertThat(current.within(node::purge)).isFalse();
    assertThat(listen()).containsExactly("new");
    assertThat(count()).isEqualTo(1);
  }

  private List<String> listen() {
    int before = events.fired().size();
    current.within(
        () -> {
          node.listen();
          return before;
        });
    return events.fired().stream()
        .skip(before)
        .map(ChangeNotice::subject)
        .filter(subject -> !subject.isEmpty())
        .toList();
  }

  private void insert(long seq, String subject) {
    database.runInTransaction(em -> insert(em, seq, subject));
  }

  private void insert(EntityManager em, long seq, String subject) {
    Instant now = clock.instant();
    em.createNativeQuery(
            "insert into change_notice (seq, kind, subject, created_at)"
                + " values (:seq, 'CLIENT', :subject, :now)")
        .setParameter("seq", seq)
        .setParameter("subject", subject)
        .setParameter("now", now)
        .executeUpdate();
  }

  private long count() {
    return database.inTransaction(
        em ->
            em.createQuery("select count(n) from ChangeNoticeEntity n", Long.class)
                .getSingleResult());
  }
}
