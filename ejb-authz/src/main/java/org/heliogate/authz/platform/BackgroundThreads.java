package org.heliogate.authz.platform;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The threads for work that no request waits for. They are the container's, but not of its managed
 * executors: those drop a task for ever when an operator suspends the server for a moment.
 */
@ApplicationScoped
public class BackgroundThreads {

  private static final Logger LOG = Logger.getLogger(BackgroundThreads.class.getName());
  private static final int TIMERS = 4;

  private final ScheduledExecutorService timers;
  private final ExecutorService workers;

  /** Threads of the given factory. */
  @Inject
  public BackgroundThreads(ManagedThreadFactory factory) {
    timers = Executors.newScheduledThreadPool(TIMERS, factory);
    workers = Executors.newCachedThreadPool(factory);
  }

  @PreDestroy
  void stop() {
    timers.shutdownNow();
    workers.shutdownNow();
  }

  /** Runs a task as soon as possible. */
  public void execute(Runnable task) {
    workers.execute(task);
  }

  /**
   * Runs a task again and again until the application stops. A task that fails is logged and runs
   * again at its next turn.
   *
   * @param period between the end of one run and the start of the next
   * @param name for the log
   */
  public void every(Duration period, String name, Runnable task) {
    timers.scheduleWithFixedDelay(
        () -> run(name, task), 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run(String name, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      failed(Level.WARNING, name, e);
    } catch (Throwable e) {
      // Whatever leaves a scheduled task ends it for ever, and nobody is told.
      failed(Level.SEVERE, name, e);
    }
  }

  private void failed(Level level, String name, Throwable failure) {
    if (!timers.isShutdown()) {
      LOG.log(level, "The background task '" + name + "' failed and will be repeated", failure);
    }
  }
}
