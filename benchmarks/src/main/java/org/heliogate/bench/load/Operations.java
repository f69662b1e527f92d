package org.heliogate.bench.load;

import org.jspecify.annotations.Nullable;

/** The operations of a run, asked for on the generator's one thread. */
@FunctionalInterface
public interface Operations {

  /** Begins the next operation; null when there are no more. */
  @Nullable Exchange next();
}
