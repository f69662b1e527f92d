package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundThreadsTest {

  private final BackgroundThreads threads = new BackgroundThreads(new PlainThreads());

  @AfterEach
  void stop() {
    threads.stop();
  }

  @Test
  void everyWhenTheTaskFailsThenItRunsAgain() throws InterruptedException {
    assertThat(runsAgainAfter(new IllegalStateException("a test's own"))).isTrue();
    assertThat(runsAgainAfter(new StackOverflowError("a test's own"))).isTrue();
    assertThat(runsAgainAfter(new NoClassDefFoundError("a test's own"))).isTrue();
  }

  private boolean runsAgainAfter(RuntimeException failure) throws InterruptedException {
    return runsAgain(
        () -> {
          throw failure;
        });
  }

  private boolean runsAgainAfter(Error failure) throws InterruptedException {
    return runsAgain(
        () -> {
          throw failure;
        });
  }

  private boolean runsAgain(Runnable failing) throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(2);
    threads.every(
        Duration.ofMillis(1),
        "failing",
        () -> {
          if (runs.getCount() > 0) {
            runs.countDown();
            failing.run();
          }
        });
    return runs.await(10, TimeUnit.SECONDS);
  }

  private static final class PlainThreads implements ManagedThreadFactory {

    @Override
    public Thread newThread(Runnable task) {
      return new Thread(task);
    }

    @Override
    public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
      throw new UnsupportedOperationException();
    }
  }
}
