package org.heliogate.bench.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.measure.Series;

/** The same work on several threads for a while. */
final class Parallel {

  private Parallel() {}

  /**
   * What came of it.
   *
   * @param perSecond how often it was done in a second
   * @param latencies how long once took
   */
  record Rate(double perSecond, Series latencies) {}

  static Rate perSecond(int threads, Duration during, Work work) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        running.add(executor.submit(() -> repeat(work, thread, start + during.toNanos())));
      }
      Series series = new Series("once", "once", null);
      for (Future<long[]> one : running) {
        Arrays.stream(one.get()).forEach(nanos -> series.add(Duration.ofNanos(nanos)));
      }
      return new Rate(series.count() * 1e9 / (System.nanoTime() - start), series);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof WrongAnswerException wrong
          ? wrong
          : new WrongAnswerException("it failed: " + e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  private static long[] repeat(Work work, int thread, long until) throws Exception {
    long[] times = new long[1024];
    int count = 0;
    long before = System.nanoTime();
    while (before < until) {
      work.run(thread);
      long now = System.nanoTime();
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = now - before;
      before = now;
    }
    return Arrays.copyOf(times, count);
  }
}
