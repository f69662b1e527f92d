package org.heliogate.device.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.heliogate.device.failure.ConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonotonicCounterTest {

  private static final int THREADS = 4;
  private static final int EACH = 25;

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path directory;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Path file;

  @BeforeEach
  void create() {
    file = directory.resolve("counter");
    new MonotonicCounter(file).createIfAbsent();
  }

  @Test
  void nextWhenCalledByManyThenNoNumberComesTwice() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<List<Long>>> results = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      MonotonicCounter own = new MonotonicCounter(file);
      results.add(
          threads.submit(() -> LongStream.range(0, EACH).map(n -> own.next()).boxed().toList()));
    }
    List<Long> all = new ArrayList<>();
    for (Future<List<Long>> result : results) {
      all.addAll(result.get());
    }
    threads.shutdown();

    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, THREADS * EACH).boxed().toList());
  }

  @Test
  void nextWhenCalledByAnotherProcessThenGoesOn() throws Exception {
    MonotonicCounter counter = new MonotonicCounter(file);
    counter.next();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Spender.class.getName(),
                file.toString())
            .inheritIO()
            .start();
    long mine = 0;
    while (other.isAlive()) {
      mine += counter.next() > 0 ? 1 : 0;
    }

    assertThat(other.exitValue()).isZero();
    assertThat(counter.next()).isEqualTo(1 + EACH + mine + 1);
  }

  /** Spends numbers in a process of its own. */
  static final class Spender {
    public static void main(String[] arguments) {
      MonotonicCounter counter = new MonotonicCounter(Path.of(arguments[0]));
      for (int i = 0; i < EACH; i++) {
        counter.next();
      }
    }
  }

  @Test
  void nextWhenNumberIsHandedOutThenIsOnDiskAlready() throws Exception {
    long handedOut = new MonotonicCounter(file).next();

    assertThat(Files.readString(file).strip()).isEqualTo(Long.toString(handedOut));
  }

  @Test
  void nextWhenFileIsGoneOrDamagedThenFailsRatherThanRepeats() throws Exception {
    Files.writeString(file, "many");
    assertThatThrownBy(() -> new MonotonicCounter(file).next())
        .isInstanceOf(ConfigurationException.class);
    Files.delete(file);
    assertThatThrownBy(() -> new MonotonicCounter(file).next())
        .isInstanceOf(ConfigurationException.class);
  }
}
