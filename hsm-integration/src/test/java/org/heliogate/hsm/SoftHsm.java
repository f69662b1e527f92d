package org.heliogate.hsm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A SoftHSM2 token in a state directory as {@code ./heliogate up} prepares it. */
public final class SoftHsm {

  /** The user PIN of the test token. */
  public static final String PIN = "482910";

  /** The password of the test's PKCS#12 files. */
  public static final String PASSWORD = "test-password-1";

  private SoftHsm() {}

  /**
   * Makes directories, secrets and a token with the label {@code heliogate}, beside another token.
   *
   * @param configuration where the library's configuration is written
   */
  public static void prepare(Path home, Path configuration) throws Exception {
    for (String directory : List.of("hsm/tokens", "pki", "secrets")) {
      Files.createDirectories(home.resolve(directory));
    }
    Files.writeString(
        configuration,
        "directories.tokendir = "
            + home.resolve("hsm/tokens")
            + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    secret(home.resolve("secrets/hsm.pin"), PIN + "\n");
    secret(home.resolve("secrets/keystore.password"), PASSWORD + "\n");
    for (String label : List.of("another", "heliogate")) {
      Result made =
          run(
              Map.of("SOFTHSM2_CONF", configuration.toString()),
              "softhsm2-util",
              "--init-token",
              "--free",
              "--label",
              label,
              "--pin",
              PIN,
              "--so-pin",
              "12345678");
      if (made.exitCode() != 0) {
        throw new IOException(made.output());
      }
    }
  }

  private static void secret(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /**
   * What a command said.
   *
   * @param exitCode its exit code
   * @param output standard output and error
   */
  public record Result(int exitCode, String output) {}

  /** Runs a command with more environment. */
  public static Result run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
