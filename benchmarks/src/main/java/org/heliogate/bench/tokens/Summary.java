package org.heliogate.bench.tokens;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of one server's operation in one line: medians over the rounds, but for errors, of
 * which none is left out, and memory, of which the most counts.
 */
record Summary(
    double rate,
    double medianMillis,
    double p99Millis,
    long wrong,
    double serverCpuMillis,
    double generatorCpuMillis,
    double serverCores,
    double generatorCores,
    double residentMib) {

  /**
   * Sums up.
   *
   * @param rounds one sample a round, at least one
   */
  static Summary of(List<Sample> rounds) {
    return new Summary(
        median(rounds, Sample::rate),
        median(rounds, sample -> millis(sample.median())),
        median(rounds, sample -> millis(sample.p99())),
        rounds.stream().mapToLong(Sample::wrong).sum(),
        median(rounds, sample -> millis(sample.serverCpu())),
        median(rounds, sample -> millis(sample.generatorCpu())),
        median(rounds, Sample::serverCores),
        median(rounds, Sample::generatorCores),
        rounds.stream().mapToLong(Sample::residentKiB).max().orElse(0) / 1024.0);
  }

  private static double median(List<Sample> rounds, ToDoubleFunction<Sample> figure) {
    return median(rounds.stream().mapToDouble(figure).toArray());
  }

  /** The middle one; of an even number the mean of the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
