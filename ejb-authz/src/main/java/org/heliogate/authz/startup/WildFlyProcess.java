package org.heliogate.authz.startup;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * WildFly, which ends with the exit code that its own start script takes as the wish to be started
 * again. Who starts it in another way says that it does the same by the system property {@code
 * heliogate.supervised} ({@code true}, default {@code false}).
 */
@ApplicationScoped
public class WildFlyProcess implements ServerProcess {

  private static final int START_AGAIN = 10;

  @Override
  public boolean supervised() {
    return Boolean.getBoolean("heliogate.supervised");
  }

  @Override
  public Duration age() {
    return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
  }

  /**
   * As a signal to terminate would: what is being answered is finished within the time that {@code
   * org.wildfly.sigterm.suspend.timeout} gives.
   */
  @Override
  public void restart() {
    // Not one of the application's threads: the server waits for those.
    new Thread(() -> Runtime.getRuntime().exit(START_AGAIN), "restart").start();
  }
}
