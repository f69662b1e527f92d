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

/**
 * Requests of many threads that are committed together: while one commit is under way, what arrives
 * waits, and is the next commit. A request that finds nobody committing commits at once, in its own
 * thread, so that nobody waits for company. Thread-safe; no lock is held during a commit.
 *
 * @param <T> what is committed
 */
final class GroupCommit<T> {

  private final int most;
  private final Executor successors;
  private final Consumer<List<Request<T>>> commit;
  private final Queue<Request<T>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean committing = new AtomicBoolean();

  /**
   * A group without requests.
   *
   * @param most how many requests one commit takes, at least 1
   * @param successors where commits run whose requests all wait in threads of their own
   * @param commit commits requests and ends each of them; what it throws ends all that it did not
   */
  GroupCommit(int most, Executor successors, Consumer<List<Request<T>>> commit) {
    this.most = most;
    this.successors = successors;
    this.commit = commit;
  }

  /**
   * One thread's request.
   *
   * @param what what it wants committed
   * @param end completed when that is done or refused
   */
  record Request<T>(T what, CompletableFuture<Void> end) {

    /** It is committed. */
    void done() {
      end.complete(null);
    }

    /** It is not committed, for this reason. */
    void failed(RuntimeException reason) {
      end.completeExceptionally(reason);
    }
  }

  /**
   * Commits, alone or with others. Returns when it is committed.
   *
   * @throws RuntimeException what the commit ended this request with
   */
  void commit(T what) {
    Request<T> request = new Request<>(what, new CompletableFuture<>());
    waiting.add(request);
    if (committing.compareAndSet(false, true)) {
      commitNext();
      passOn();
    }
    try {
      request.end.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      throw e;
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
    List<Request<T>> taken = new ArrayList<>();
    Request<T> next;
    while (taken.size() < most && (next = waiting.poll()) != null) {
      taken.add(next);
    }
    if (taken.isEmpty()) {
      return;
    }
    try {
      commit.accept(taken);
    } catch (RuntimeException e) {
      taken.forEach(request -> request.failed(e));
    }
  }
}
