package org.heliogate.bench.tokens;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.device.failure.ConfigurationException;

/**
 * This product, as an instance of its own in a directory of the benchmark's, so that the user's
 * instance is left alone.
 */
final class Heliogate implements Contender {

  private static final int SETUP_CONNECTIONS = 16;
  private static final int STARTS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Workspace workspace;
  private final int size;
  private final Path home;
  private final Consumer<String> progress;

  /**
   * An instance with so many clients and resources.
   *
   * @param progress told how far the preparation is
   */
  Heliogate(Workspace workspace, int size, Consumer<String> progress) {
    this.workspace = workspace;
    this.size = size;
    this.home = workspace.directory().resolve("heliogate-" + size);
    this.progress = progress;
  }

  @Override
  public String name() {
    return "Heliogate";
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void prepare() throws IOException {
    Path file = home.resolve("population.json");
    if (Files.exists(home) && Population.read(file, size).isPresent()) {
      progress.accept("Heliogate has its %,d clients from an earlier run".formatted(size));
      return;
    }
    discard();
    try {
      up();
      Instance instance = instance();
      try (LoadGenerator generator =
          LoadGenerator.connect(instance.issuer(), instance.caFile(), SETUP_CONNECTIONS)) {
        new HeliogateSetup(instance, generator, progress).make(size).write(file);
      }
    } finally {
      stop();
    }
  }

  /** What a run that was broken off has left. */
  private void discard() throws IOException {
    stop();
    Workspace.remove(home);
  }

  @Override
  public void stop() {
    if (Files.exists(home)) {
      command("down");
    }
  }

  @Override
  public Running start() throws IOException {
    up();
    Instance instance = instance();
    Population population = Population.read(home.resolve("population.json"), size).orElseThrow();
    long pid = Long.parseLong(Files.readAllLines(home.resolve("run/server.pid")).get(0).strip());
    return new Running() {
      @Override
      public URI server() {
        return instance.issuer();
      }

      @Override
      public Path authorities() {
        return instance.caFile();
      }

      @Override
      public long pid() {
        return pid;
      }

      @Override
      public Vocabulary vocabulary() {
        return Vocabulary.HELIOGATE;
      }

      @Override
      public Population population() {
        return population;
      }
    };
  }

  /** On a machine that does much else, a start takes longer than {@code up} waits for it. */
  private void up() {
    for (int more = STARTS - 1; ; more--) {
      try {
        command("up", "--yes");
        return;
      } catch (ConfigurationException e) {
        if (more == 0) {
          stop();
          throw e;
        }
      }
    }
  }

  private Instance instance() {
    return Instance.in(Map.of("HELIOGATE_HOME", home.toString()));
  }

  private void command(String... arguments) {
    workspace.heliogate(home, PATIENCE, arguments);
  }
}
