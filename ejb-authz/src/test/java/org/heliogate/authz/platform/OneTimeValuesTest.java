package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneTimeValuesTest {

  private final MutableClock clock = new MutableClock();

  @Test
  void spendWhenUsedBeforeThenRefused() {
    try (TestDatabase database = TestDatabase.create()) {
      assertThat(spend(database, "a")).isTrue();
      assertThat(spend(database, "a")).isFalse();
      assertThat(spend(database, "b")).isTrue();
    }
  }

  @Test
  void spendWhenAtOnceThenExactlyOneSucceeds() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try (TestDatabase database = TestDatabase.create()) {
      List<Callable<Boolean>> attempts =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(i -> () -> spend(database, "x"))
              .toList();
      long successes = 0;
      for (Future<Boolean> attempt : pool.invokeAll(attempts)) {
        successes += attempt.get() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void purgeWhenOldThenForgottenAndOthersKept() {
    try (TestDatabase database = TestDatabase.create()) {
      spend(database, "old");
      clock.advance(Duration.ofMinutes(20));
      spend(database, "fresh");
      database.runInTransaction(em -> new OneTimeValues(em, clock).purge());
      assertThat(spend(database, "old")).isTrue();
      assertThat(spend(database, "fresh")).isFalse();
    }
  }

  @Test
  void spendWithinWhenSpentThenSaysWhat() {
    try (TestDatabase database = TestDatabase.create()) {
      spend(database, "a");
      database.runInTransaction(
          em ->
              assertThatThrownBy(
                      () ->
                          new OneTimeValues(em, clock)
                              .spendWithin("assertion", "SE-1", "a", clock.instant()))
                  .isInstanceOf(AlreadySpentException.class)
                  .hasMessageContaining("assertion"));
    }
  }

  private boolean spend(TestDatabase database, String value) {
    try {
      database.runInTransaction(
          em ->
              new OneTimeValues(em, clock)
                  .spendWithin(
                      "assertion", "SE-1", value, clock.instant().plus(Duration.ofMinutes(5))));
      return true;
    } catch (AlreadySpentException e) {
      return false;
    }
  }
}
