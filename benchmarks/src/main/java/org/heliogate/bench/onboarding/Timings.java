package org.heliogate.bench.onboarding;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** How long each phase of one device took. */
final class Timings {

  private final Map<Phase, Duration> taken = new EnumMap<>(Phase.class);

  /** Does something and notes how long it took, unless it fails. */
  <T> T time(Phase phase, Supplier<T> action) {
    long start = System.nanoTime();
    T result = action.get();
    taken.put(phase, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  Map<Phase, Duration> taken() {
    return taken;
  }
}
