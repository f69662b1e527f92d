package org.heliogate.device.element;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.SecureElementException;

/** A program run to its end. */
final class Subprocess {

  private static final long TIMEOUT_SECONDS = 60;

  private Subprocess() {}

  /** Runs the program; its output, and its errors mixed in, are the result. */
  static List<String> run(List<String> line, Map<String, String> environment) {
    String program = line.get(0);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new SecureElementException(
            program
                + " failed: "
                + output.strip().lines().reduce((a, b) -> a + "; " + b).orElse(""),
            "Check the PKCS#11 library and, for SoftHSM2, SOFTHSM2_CONF and its directories.");
      }
      return output.lines().toList();
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot run " + program + ": " + e.getMessage(),
          "Install it (Debian: apt install opensc softhsm2), or use --element software.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SecureElementException("interrupted while running " + program, "Try again.", e);
    }
  }
}
