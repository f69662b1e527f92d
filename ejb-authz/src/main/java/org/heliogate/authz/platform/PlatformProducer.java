package org.heliogate.authz.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** The source of what every service takes in its constructor. */
@ApplicationScoped
public class PlatformProducer {

  @Produces
  @PersistenceContext(unitName = "heliogate")
  private EntityManager entityManager;

  @Produces
  @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
  private ManagedThreadFactory threadFactory;

  /** The clock of all features; UTC, in microseconds, which is what the databases keep. */
  @Produces
  @Singleton
  public Clock clock() {
    return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
  }

  /** The settings, read once. */
  @Produces
  @Singleton
  public Settings settings() {
    return Settings.fromSystemProperties();
  }

  /** The source of secrets and identifiers. */
  @Produces
  @Singleton
  public SecureRandom secureRandom() {
    return new SecureRandom();
  }
}
