package org.heliogate.device;

import java.time.Clock;
import java.time.Duration;
import org.heliogate.device.http.AuthorizationServer;

/**
 * What all clients of one process share.
 *
 * @param server the authorization server
 * @param clock the time
 * @param patience how long to wait for a right to be enforced or approved
 * @param listener is told how long steps took
 */
public record ClientContext(
    AuthorizationServer server, Clock clock, Duration patience, StepListener listener) {

  /** Waits 2 minutes for enforcement or approval unless told otherwise. */
  public static final Duration STANDARD_PATIENCE = Duration.ofMinutes(2);

  /** The same with another listener. */
  public ClientContext withListener(StepListener other) {
    return new ClientContext(server, clock, patience, other);
  }

  /** A running measurement; it does not depend on the clock being set. */
  Stopwatch stopwatch() {
    return new Stopwatch(System.nanoTime());
  }

  /** Measures elapsed time. */
  record Stopwatch(long startNanos) {
    Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - startNanos);
    }
  }
}
