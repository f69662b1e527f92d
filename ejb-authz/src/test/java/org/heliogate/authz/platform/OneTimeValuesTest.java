package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
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
      database.runInTransaction(em -> values(em).purge());
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
                      () -> values(em).spendWithin("ticket", "SE-1", "a", clock.instant()))
                  .isInstanceOf(AlreadySpentException.class)
                  .hasMessageContaining("ticket"));
    }
  }

  @Test
  void spendWhenAmongOthersThenOnlyTheRepeatedAreRefused() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(32);
    try (TestDatabase database = TestDatabase.create()) {
      spend(database, "v0");
      OneTimeValues values =
          new OneTimeValues(
              unused(), new EachInItsOwn(database), task -> new Thread(task).start(), clock);
      List<Callable<Boolean>> attempts =
          IntStream.range(0, 400)
              .<Callable<Boolean>>mapToObj(i -> () -> spend(values, "v" + i / 4))
              .toList();
      long successes = 0;
      for (Future<Boolean> attempt : pool.invokeAll(attempts)) {
        successes += attempt.get() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(99);
      assertThat(spend(database, "v99")).isFalse();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void spendWhenTheDatabaseFailsThenEachHearsOfItAndTheNextIsServed() {
    IllegalStateException outage = new IllegalStateException("out of reach");
    List<OneTimeValue> written = new ArrayList<>();
    OneTimeLedger ledger =
        new OneTimeLedger(unused()) {
          @Override
          public void write(List<OneTimeValue> values) {
            if (written.isEmpty()) {
              written.addAll(values);
              throw outage;
            }
            written.addAll(values);
          }
        };
    OneTimeValues values = new OneTimeValues(unused(), ledger, Runnable::run, clock);
    assertThatThrownBy(() -> spend(values, "a")).isSameAs(outage);
    assertThat(spend(values, "b")).isTrue();
    assertThat(written).hasSize(2);
  }

  /** The ledger with its transactions, which the container opens elsewhere. */
  private static final class EachInItsOwn extends OneTimeLedger {

    private final TestDatabase database;

    EachInItsOwn(TestDatabase database) {
      super(unused());
      this.database = database;
    }

    @Override
    public void write(List<OneTimeValue> values) {
      database.runInTransaction(em -> new OneTimeLedger(em).writeWithin(values));
    }
  }

  /** Where everything goes through a ledger with transactions of its own. */
  private static EntityManager unused() {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              throw new AssertionError("not to be used: " + method);
            });
  }

  private OneTimeValues values(EntityManager em) {
    return new OneTimeValues(em, new OneTimeLedger(em), Runnable::run, clock);
  }

  private boolean spend(OneTimeValues values, String value) {
    try {
      values.spend("ticket", "SE-1", value, clock.instant().plus(Duration.ofMinutes(5)));
      return true;
    } catch (AlreadySpentException e) {
      return false;
    }
  }

  private boolean spend(TestDatabase database, String value) {
    try {
      database.runInTransaction(
          em ->
              values(em)
                  .spendWithin(
                      "ticket", "SE-1", value, clock.instant().plus(Duration.ofMinutes(5))));
      return true;
    } catch (AlreadySpentException e) {
      return false;
    }
  }
}
