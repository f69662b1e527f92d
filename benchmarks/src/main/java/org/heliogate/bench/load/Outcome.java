package org.heliogate.bench.load;

import java.time.Duration;
import java.util.List;
import org.heliogate.bench.measure.Series;

/**
 * What came of a run.
 *
 * @param latencies of the operations that were right, from the first request to the last answer
 * @param failed how many were not right, or lost their connection
 * @param faults what was wrong with the first of those, each kind once
 * @param elapsed from the first request to the last answer
 */
public record Outcome(Series latencies, long failed, List<String> faults, Duration elapsed) {

  /** Right operations a second. */
  public double rate() {
    return elapsed.isZero() ? 0 : latencies.count() * 1e9 / elapsed.toNanos();
  }
}
