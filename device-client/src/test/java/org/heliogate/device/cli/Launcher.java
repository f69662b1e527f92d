package org.heliogate.device.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The installed command, run as a user runs it. */
final class Launcher {

  private final Path directory;

  Launcher(Path directory) {
    this.directory = directory;
  }

  record Result(int exitCode, List<String> out, String err) {}

  /** A run that goes on in the background; its output is in files. */
  record Running(Process process, Path out, Path err) {

    Result finish() throws IOException, InterruptedException {
      int exitCode = process.waitFor();
      return new Result(exitCode, Files.readAllLines(out), Files.readString(err));
    }

    String errors() throws IOException {
      return Files.readString(err, StandardCharsets.UTF_8);
    }
  }

  Running start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("heliogate.test.launcher", "wams"));
    line.addAll(List.of(arguments));
    line.add("--directory");
    line.add(directory.toString());
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("SOFTHSM2_CONF");
    return new Running(builder.start(), out, err);
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).finish();
  }
}
