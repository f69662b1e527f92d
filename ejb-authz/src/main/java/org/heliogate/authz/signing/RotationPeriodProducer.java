package org.heliogate.authz.signing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The source of the rotation period, read once. */
@ApplicationScoped
public class RotationPeriodProducer {

  /** The period that the system property says. */
  @Produces
  @Singleton
  public RotationPeriod rotationPeriod() {
    return RotationPeriod.fromSystemProperty();
  }
}
