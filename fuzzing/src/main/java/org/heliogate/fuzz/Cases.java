package org.heliogate.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The cases of a fuzz test. Their number is the system property {@code heliogate.fuzz.cases},
 * 10,000 if it is absent. They follow from the seed {@code heliogate.fuzz.seed}, 1 if it is absent;
 * {@code random} takes another one each time. Each case has a seed of its own, which stands in the
 * message of its failure: with it and one case the same input comes again.
 *
 * <p>Whatever a test asserts itself, no case may throw, allocate more than {@value
 * #MAX_ALLOCATION_MIB} MiB, take longer than {@value #MAX_SECONDS} seconds (which no machine is
 * slow enough for), or write a secret of {@link Chance#secret} to a log of the product.
 */
public final class Cases {

  private static final int DEFAULT_CASES = 10_000;
  private static final long DEFAULT_SEED = 1;
  private static final long MAX_ALLOCATION_MIB = 64;
  private static final long MAX_SECONDS = 60;
  private static final Logger PRODUCT = Logger.getLogger("org.heliogate");

  private Cases() {}

  /** The body of a fuzz test. */
  @FunctionalInterface
  public interface Property {

    /**
     * Checks one input.
     *
     * @throws Exception if it should not have
     */
    void check(Chance chance) throws Exception;
  }

  /** Checks as many cases as are set. */
  public static void each(Property property) {
    each(Integer.getInteger("heliogate.fuzz.cases", DEFAULT_CASES), property);
  }

  /**
   * Checks that many cases.
   *
   * @throws AssertionError for the first one that fails, with its seed
   */
  public static void each(int cases, Property property) {
    long first = seed();
    Log log = new Log();
    Level level = PRODUCT.getLevel();
    PRODUCT.addHandler(log);
    PRODUCT.setLevel(Level.ALL);
    try {
      for (long seed = first; seed < first + cases; seed++) {
        check(seed, property, log);
      }
    } finally {
      PRODUCT.setLevel(level);
      PRODUCT.removeHandler(log);
    }
  }

  private static void check(long seed, Property property, Log log) {
    Chance chance = new Chance(seed);
    log.clear();
    long allocatedBefore = allocated();
    long began = System.nanoTime();
    try {
      property.check(chance);
      long mib = (allocated() - allocatedBefore) >> 20;
      if (mib > MAX_ALLOCATION_MIB) {
        throw new AssertionError("it allocates " + mib + " MiB");
      }
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      if (taken.toSeconds() > MAX_SECONDS) {
        throw new AssertionError("it takes " + taken);
      }
      chance.assertKept("log", log.text());
    } catch (Throwable e) {
      throw new AssertionError(
          "repeat it with -Dheliogate.fuzz.seed=" + seed + " -Dheliogate.fuzz.cases=1: " + e, e);
    }
  }

  private static long seed() {
    String seed = System.getProperty("heliogate.fuzz.seed", Long.toString(DEFAULT_SEED));
    // Far from the end of the numbers, so that each case has one.
    return seed.equals("random") ? new Random().nextInt() : Long.parseLong(seed);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** What the product logs during one case. */
  private static final class Log extends Handler {

    private final StringBuffer text = new StringBuffer();

    void clear() {
      text.setLength(0);
    }

    String text() {
      return text.toString();
    }

    @Override
    public void publish(LogRecord entry) {
      text.append(entry.getMessage());
      if (entry.getParameters() != null) {
        for (Object parameter : entry.getParameters()) {
          text.append(' ').append(parameter);
        }
      }
      for (Throwable cause = entry.getThrown(); cause != null; cause = cause.getCause()) {
        text.append(' ').append(cause);
      }
      text.append('\n');
    }

    @Override
    public void flush() {
      // It is kept in memory.
    }

    @Override
    public void close() {
      // It is kept in memory.
    }
  }
}
