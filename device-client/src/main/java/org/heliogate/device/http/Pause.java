package org.heliogate.device.http;

import java.time.Duration;

/** How a thread waits, so that tests need not. */
@FunctionalInterface
public interface Pause {

  /** Sleeps for real. */
  Pause SLEEPING = duration -> Thread.sleep(duration.toMillis());

  /**
   * Waits.
   *
   * @param duration how long
   * @throws InterruptedException when the thread is told to stop
   */
  void await(Duration duration) throws InterruptedException;
}
