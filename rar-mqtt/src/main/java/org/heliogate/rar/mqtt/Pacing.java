package org.heliogate.rar.mqtt;

import java.time.Duration;

/**
 * How hard the adapter may press the broker. Mosquitto rewrites its whole security file for each
 * changing command and serves nobody meanwhile (7 ms at 1,000 clients, 42 ms at 10,000), so a
 * message carries only as many commands as fit into {@link #TARGET}, by what commands cost lately,
 * and as much time as it took is left to others before the next. Not thread-safe.
 */
final class Pacing {

  /** How long one message may hold the broker up. */
  static final Duration TARGET = Duration.ofMillis(50);

  /** The longest pause between two messages. */
  static final Duration MAX_PAUSE = Duration.ofMillis(100);

  private static final int FIRST_BATCH = 8;
  private static final int MAX_BATCH = 64;

  private int batchSize = FIRST_BATCH;
  private Duration pause = Duration.ZERO;

  /** How many commands the next message should carry, at least 1. */
  int batchSize() {
    return batchSize;
  }

  /** How long to leave the broker alone before the next message. */
  Duration pause() {
    return pause;
  }

  /** Takes note of what a message of {@code commands} commands cost. */
  void took(int commands, Duration elapsed) {
    long perCommandNanos = Math.max(1, elapsed.toNanos() / Math.max(1, commands));
    long fitting = TARGET.toNanos() / perCommandNanos;
    batchSize = (int) Math.max(1, Math.min(Math.min(fitting, MAX_BATCH), 2L * batchSize));
    pause = elapsed.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : elapsed;
  }
}
