package org.heliogate.authz.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Requests of many threads that are committed together: while one commit is under way, what arrives
 * waits, and is the next commit. A request that finds nobody committing commits at once, in its own
 * thread, so that nobody waits for company. Thread-safe; no lock is held during a commit.
 *
 * @param <T> what is committed
 * @param <R> what comes of it
 */
public final class GroupCommit<T, R> {

  private final int most;
  private final Executor successors;
  private final Consumer<List<Request<T, R>>> commit;
  private final Queue<Request<T, R>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean committing = new AtomicBoolean();

  /**
   * A group without requests.
   *
   * @param most how many requests one commit takes, at least 1
   * @param successors where commits run whose requests all wait in threads of their own
   * @param commit commits requests and ends each of them; what it throws ends all that it did not
   */
  public GroupCommit(int most, Executor successors, Consumer<List<Request<T, R>>> commit) {
    this.most = most;
    this.successors = successors;
    this.commit = commit;
  }

  /**
   * A group whose requests are committed by one transaction. If that fails for another reason than
   * an outage of the database, each is tried by itself, so that none fails for another's sake.
   *
   * @param most how many requests one commit takes, at least 1
   * @param successors where commits run whose requests all wait in threads of their own
   * @param transaction commits all of them and answers a result for each, in their order, or none
   */
  public static <T, R> GroupCommit<T, R> of(
      int most, Executor successors, Function<List<T>, List<R>> transaction) {
    return new GroupCommit<>(most, successors, requests -> together(requests, transaction));
  }

  /**
   * One thread's request.
   *
   * @param what what it wants committed
   * @param end completed when that is done or refused
   */
  public record Request<T, R>(T what, CompletableFuture<R> end) {

    /** It is committed. */
    public void done(R result) {
      end.complete(result);
    }

    /** It is not committed, for this reason. */
    public void failed(RuntimeException reason) {
      end.completeExceptionally(reason);
    }
  }

  /**
   * Commits, alone or with others. Returns when it is committed.
   *
   * @return what came of it
   * @throws RuntimeException what the commit ended this request with
   */
  public R commit(T what) {
    Request<T, R> request = new Request<>(what, new CompletableFuture<>());
    waiting.add(request);
    if (committing.compareAndSet(false, true)) {
      commitNext();
      passOn();
    }
    try {
      return request.end.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      if (e.getCause() instanceof Error fault) {
        throw fault;
      }
      throw e;
    }
  }

  private static <T, R> void together(
      List<Request<T, R>> requests, Function<List<T>, List<R>> transaction) {
    try {
      List<R> results = transaction.apply(requests.stream().map(Request::what).toList());
      for (int i = 0; i < results.size(); i++) {
        requests.get(i).done(results.get(i));
      }
    } catch (RuntimeException e) {
      if (requests.size() == 1 || (DatabaseOutage.caused(e) && !DatabaseContention.caused(e))) {
        throw e;
      }
      requests.forEach(request -> alone(request, transaction));
    }
  }

  private static <T, R> void alone(Request<T, R> request, Function<List<T>, List<R>> transaction) {
    try {
      request.done(transaction.apply(List.of(request.what())).get(0));
    } catch (RuntimeException e) {
      request.failed(e);
    }
  }

  /** Lets another thread go on, if somebody waits. */
  private void passOn() {
    committing.set(false);
    if (!waiting.isEmpty() && committing.compareAndSet(false, true)) {
      try {
        successors.execute(this::goOn);
      } catch (RejectedExecutionException e) {
        // The application stops: nobody else will.
        goOn();
      }
    }
  }

  private void goOn() {
    commitNext();
    passOn();
  }

  private void commitNext() {
    List<Request<T, R>> taken = new ArrayList<>();
    Request<T, R> next;
    while (taken.size() < most && (next = waiting.poll()) != null) {
      taken.add(next);
    }
    if (taken.isEmpty()) {
      return;
    }
    try {
      commit.accept(taken);
    } catch (RuntimeException | Error e) {
      // Whatever it is, nobody may wait for ever.
      taken.forEach(request -> request.end.completeExceptionally(e));
    }
  }
}
