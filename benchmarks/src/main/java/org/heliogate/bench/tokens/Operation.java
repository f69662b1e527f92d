package org.heliogate.bench.tokens;

import java.time.Duration;

/** What can be measured; the order is that of the table. */
public enum Operation {
  /** An AAT for a client that authenticates itself. */
  ACCESS_TOKEN("access_token", "AAT", 5, Duration.ofDays(1)),
  /** A fresh ticket and its redemption for an RPT. */
  PERMISSION("permission", "ticket + RPT", 5, Duration.ofDays(1)),
  /** The introspection of an RPT, which both servers let live for five minutes. */
  INTROSPECTION("introspection", "introspection", 0, Duration.ofMinutes(1));

  private final String key;
  private final String label;
  private final int goal;
  private final Duration longestWarmUp;

  Operation(String key, String label, int goal, Duration longestWarmUp) {
    this.key = key;
    this.label = label;
    this.goal = goal;
    this.longestWarmUp = longestWarmUp;
  }

  /** Its name in machine-readable output. */
  String key() {
    return key;
  }

  /** What a person reads. */
  String label() {
    return label;
  }

  /** How long it runs uncounted where so much is wanted. */
  Duration warmUp(Duration wanted) {
    return wanted.compareTo(longestWarmUp) < 0 ? wanted : longestWarmUp;
  }

  /** How many times the peer's rate it should reach; 0 for no goal. */
  int goal() {
    return goal;
  }
}
