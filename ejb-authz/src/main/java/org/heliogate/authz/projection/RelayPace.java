package org.heliogate.authz.projection;

import java.time.Duration;

/**
 * How many principals a batch to one resource server holds: as many as it takes in a second, by
 * what the last batches took. A broker that becomes slow with its fleet is so told of a revocation
 * no later than a second after what is under way, and no batch outlasts the lease. Not thread-safe.
 */
final class RelayPace {

  /** The most principals of a batch. */
  static final int MAX = 50;

  private static final int FIRST = 8;
  private static final Duration TARGET = Duration.ofSeconds(1);

  private int most = FIRST;

  /** How many principals the next batch may hold, 1 to {@link #MAX}. */
  int most() {
    return most;
  }

  /**
   * Takes note of what a batch took.
   *
   * @param principals how many it held; 0 tells nothing
   */
  void took(int principals, Duration elapsed) {
    if (principals > 0) {
      long each = Math.max(1, elapsed.toNanos() / principals);
      most = (int) Math.max(1, Math.min(TARGET.toNanos() / each, Math.min(MAX, 2L * most)));
    }
  }
}
