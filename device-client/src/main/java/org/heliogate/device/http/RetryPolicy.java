package org.heliogate.device.http;

import java.time.Duration;

/**
 * How long a request is repeated while the server cannot be reached or is busy.
 *
 * <p>The pause doubles from {@code first} to {@code longest}, each shortened at random by up to
 * half so that a fleet that lost its server does not return in step.
 *
 * @param total the most that all pauses of one request may add up to
 * @param first the first pause
 * @param longest the longest pause, but for a {@code Retry-After}
 */
public record RetryPolicy(Duration total, Duration first, Duration longest) {

  /** Pauses from 200 ms to 10 s, 2 minutes in all. */
  public static final RetryPolicy STANDARD =
      new RetryPolicy(Duration.ofMinutes(2), Duration.ofMillis(200), Duration.ofSeconds(10));

  /** The pause after so many failures, from 1, before it is shortened at random. */
  Duration pauseAfter(int failures) {
    Duration pause = first.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
