package org.heliogate.bench.load;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.heliogate.bench.measure.Series;
import org.jspecify.annotations.Nullable;

/** A run under way. All but {@link #outcome} happens on the generator's one thread. */
final class Run {

  private static final int FAULTS_KEPT = 5;

  private final Operations operations;
  private final Duration during;
  private final boolean untilWrong;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Series latencies = new Series("operation", "operation", null);
  private final Set<String> faults = new LinkedHashSet<>();
  private long failed;
  private int busy;
  private long began;
  private long ended;

  /**
   * A run that has not begun.
   *
   * @param operations the operations, null when there are no more
   * @param during how long new ones are begun
   * @param untilWrong whether none is begun after one that went wrong
   */
  Run(Operations operations, Duration during, boolean untilWrong) {
    this.operations = operations;
    this.during = during;
    this.untilWrong = untilWrong;
  }

  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  void start(Iterable<Connection> connections) {
    began = System.nanoTime();
    ended = began;
    for (Connection connection : connections) {
      busy++;
      connection.begin(this);
    }
  }

  /** The next operation, null when the time is over or there are no more. */
  @Nullable Exchange next(long now) {
    return over(now) ? null : operations.next();
  }

  /** Whether no operation is begun any more. */
  boolean over(long now) {
    return now - began >= during.toNanos() || (untilWrong && failed > 0);
  }

  void right(long nanos) {
    latencies.add(Duration.ofNanos(nanos));
    ended = System.nanoTime();
  }

  void wrong(String fault) {
    failed++;
    ended = System.nanoTime();
    if (faults.size() < FAULTS_KEPT) {
      faults.add(fault);
    }
  }

  /** A connection has nothing more to do. */
  void idle() {
    busy--;
    if (busy == 0) {
      outcome.complete(
          new Outcome(latencies, failed, List.copyOf(faults), Duration.ofNanos(ended - began)));
    }
  }
}
