package org.heliogate.device;

import java.time.Duration;

/** Is told how long each step took; called on the working thread. */
@FunctionalInterface
public interface StepListener {

  /** Listens to nothing. */
  StepListener NONE = (step, took) -> {};

  /**
   * A step was completed.
   *
   * @param step the step
   * @param took how long it took
   */
  void completed(Step step, Duration took);
}
