package org.heliogate.bench.measure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The durations of one step, one value a device, kept to three significant digits from a
 * microsecond to an hour. Not safe for use by several threads.
 */
public final class Series {

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final String key;
  private final String label;
  private final @Nullable Duration goal;
  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);

  /**
   * Begins an empty series.
   *
   * @param key its name in machine-readable output
   * @param label what a person reads
   * @param goal what the median should stay below, {@code null} for a step without a goal of its
   *     own
   */
  public Series(String key, String label, @Nullable Duration goal) {
    this.key = key;
    this.label = label;
    this.goal = goal;
  }

  /** Adds a value; one beyond an hour counts as an hour. */
  public void add(Duration value) {
    micros.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(value.toNanos())));
  }

  /** Its name in machine-readable output. */
  public String key() {
    return key;
  }

  /** What a person reads. */
  public String label() {
    return label;
  }

  /** What the median should stay below, or {@code null}. */
  public @Nullable Duration goal() {
    return goal;
  }

  /** How many values there are. */
  public long count() {
    return micros.getTotalCount();
  }

  /**
   * The smallest value that so many of the others do not exceed; zero for an empty series.
   *
   * @param percentile from 0 to 100
   */
  public Duration atPercentile(double percentile) {
    return Duration.of(
        micros.getValueAtPercentile(percentile), TimeUnit.MICROSECONDS.toChronoUnit());
  }

  /** The median. */
  public Duration median() {
    return atPercentile(50);
  }

  /** The longest value; zero for an empty series. */
  public Duration longest() {
    return Duration.of(micros.getMaxValue(), TimeUnit.MICROSECONDS.toChronoUnit());
  }
}
