package org.heliogate.bench.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heliogate.device.failure.ConfigurationException;

/**
 * The benchmark's own directory and ports, and the programs that it runs there.
 *
 * @param root the source tree, where {@code heliogate} is
 * @param directory where the contenders keep what they have
 * @param portOffset added to every port
 * @param java the JDK that each contender runs on
 */
record Workspace(Path root, Path directory, int portOffset, Path java) {

  private static final String REMEDY = "Run the benchmark through ./heliogate bench.";

  /**
   * The workspace that {@code ./heliogate bench} has laid out.
   *
   * @param environment {@code HELIOGATE_ROOT}, {@code HELIOGATE_PORT_OFFSET}, {@code JAVA_HOME}
   * @throws ConfigurationException when it has not
   */
  static Workspace in(Map<String, String> environment) throws IOException {
    Path root = Path.of(variable(environment, "HELIOGATE_ROOT"));
    Path directory = root.resolve("target/bench");
    Files.createDirectories(directory);
    return new Workspace(
        root,
        directory,
        Integer.parseInt(variable(environment, "HELIOGATE_PORT_OFFSET")),
        Path.of(variable(environment, "JAVA_HOME")));
  }

  private static String variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new ConfigurationException(name + " is not set", REMEDY);
    }
    return value;
  }

  /** Runs {@code ./heliogate} on an instance of the benchmark's. */
  void heliogate(Path home, Duration patience, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("heliogate").toString());
    command.addAll(List.of(arguments));
    run(
        command,
        Map.of("HELIOGATE_HOME", home.toString()),
        directory.resolve(home.getFileName() + ".log"),
        patience);
  }

  /**
   * Runs a program to its end.
   *
   * @param log where its output goes, after what is there
   * @throws ConfigurationException when it fails or takes too long
   */
  void run(List<String> command, Map<String, String> environment, Path log, Duration patience) {
    try {
      Process process = start(command, environment, log);
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        end(process);
        throw new ConfigurationException(
            "%s did not end within %d s".formatted(named(command), patience.toSeconds()),
            "Its output is in " + log);
      }
      if (process.exitValue() != 0) {
        throw new ConfigurationException(
            "%s failed with %d: %s".formatted(named(command), process.exitValue(), end(log)),
            "Its output is in " + log);
      }
    } catch (IOException e) {
      throw new ConfigurationException("cannot run " + named(command) + ": " + e.getMessage(), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The last line that a program wrote which says that something is wrong. */
  private static String end(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains("heliogate: ") || line.contains("ERROR"))
          .reduce("no reason given", (earlier, later) -> later);
    }
  }

  /** Starts a program. */
  Process start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Asks a process of ours to end, waits, and ends it if it does not. */
  static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private static String named(List<String> command) {
    return Path.of(command.get(0)).getFileName() + (command.size() > 1 ? " " + command.get(1) : "");
  }

  /** Removes a directory with all that is in it. */
  static void remove(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
