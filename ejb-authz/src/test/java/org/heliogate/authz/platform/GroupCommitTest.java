package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<List<Integer>> transactions = new ArrayList<>();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void commitWhenNobodyElseCommitsThenAloneAndAtOnce() {
    GroupCommit<Integer, Integer> group =
        GroupCommit.of(8, task -> fail(), recorded(GroupCommitTest::doubled));

    assertThat(group.commit(21)).isEqualTo(42);
    assertThat(group.commit(4)).isEqualTo(8);
    assertThat(transactions).containsExactly(List.of(21), List.of(4));
  }

  @Test
  void commitWhenSeveralWaitThenTogetherWithAResultEach() throws Exception {
    assertThat(together(GroupCommitTest::doubled)).containsExactly(0, 2, 4, 6, 8);
    assertThat(transactions.get(0)).containsExactly(0);
    assertThat(transactions.get(1)).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(transactions.get(2)).hasSize(1);
  }

  @Test
  void commitWhenOneOfSeveralIsRefusedThenTheOthersAreCommitted() throws Exception {
    List<Object> results =
        together(
            all -> {
              if (all.contains(2)) {
                throw new IllegalArgumentException("two");
              }
              return doubled(all);
            });

    assertThat(results).hasSize(5).contains(0, 2, 6, 8);
    assertThat(results.get(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void commitWhenTheDatabaseIsAwayThenNoneIsTriedAgain() throws Exception {
    List<Object> results =
        together(
            all -> {
              if (all.size() > 1) {
                throw new IllegalStateException(new SQLException("lost", "08006"));
              }
              return doubled(all);
            });

    assertThat(results.get(0)).isEqualTo(0);
    assertThat(results.subList(1, 5).stream().filter(IllegalStateException.class::isInstance))
        .hasSize(3);
    assertThat(transactions).hasSize(3);
  }

  @Test
  void commitWhenAnErrorIsThrownThenWhoWaitsHearsOfItAndTheNextIsCommitted() throws Exception {
    List<Object> results =
        together(
            all -> {
              if (all.size() > 1) {
                throw new StackOverflowError();
              }
              return doubled(all);
            });

    assertThat(results.subList(1, 5).stream().filter(StackOverflowError.class::isInstance))
        .hasSize(3);
    assertThat(results).contains(0);
  }

  @Test
  void commitWhenTheLeaderFailsThenItsReasonIsThrown() {
    GroupCommit<Integer, Integer> group =
        GroupCommit.of(
            8,
            task -> fail(),
            all -> {
              throw new IllegalArgumentException("no");
            });

    assertThatThrownBy(() -> group.commit(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> group.commit(2)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The first is being committed while four others come, of whom a commit takes three. */
  private List<Object> together(Function<List<Integer>, List<Integer>> transaction)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(1);
    Function<List<Integer>, List<Integer>> recorded = recorded(transaction);
    GroupCommit<Integer, Integer> group =
        GroupCommit.of(
            3,
            threads,
            all -> {
              if (all.contains(0)) {
                begun.countDown();
                await(others);
              }
              return recorded.apply(all);
            });
    List<Future<Integer>> running = new ArrayList<>();
    running.add(threads.submit(() -> group.commit(0)));
    await(begun);
    for (int i = 1; i < 5; i++) {
      int number = i;
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      running.add(
          threads.submit(
              () -> {
                thread.complete(Thread.currentThread());
                return group.commit(number);
              }));
      waits(thread.get());
    }
    others.countDown();
    List<Object> results = new ArrayList<>();
    for (Future<Integer> one : running) {
      try {
        results.add(one.get());
      } catch (ExecutionException e) {
        results.add(e.getCause());
      }
    }
    return results;
  }

  private static void waits(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private Function<List<Integer>, List<Integer>> recorded(
      Function<List<Integer>, List<Integer>> transaction) {
    return all -> {
      synchronized (transactions) {
        transactions.add(all);
      }
      return transaction.apply(all);
    };
  }

  private static List<Integer> doubled(List<Integer> all) {
    return all.stream().map(one -> 2 * one).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fail() {
    throw new AssertionError("nobody waits");
  }
}
