package org.heliogate.authz.platform;

import jakarta.persistence.EntityManager;
import java.time.Clock;

/** Values that count once, without the container's threads. */
public final class TestOneTimeValues {

  private TestOneTimeValues() {}

  /** Those in the given database; whoever spends one commits it in its own thread. */
  public static OneTimeValues in(EntityManager entityManager, Clock clock) {
    return new OneTimeValues(entityManager, new OneTimeLedger(entityManager), Runnable::run, clock);
  }
}
