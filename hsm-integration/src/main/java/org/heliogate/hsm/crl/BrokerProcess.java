package org.heliogate.hsm.crl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The broker, known by the file where it writes its process id. A signal goes only to a process
 * that really has the broker's name, as ids are used again.
 */
final class BrokerProcess {

  private final Path pidFile;
  private final String processName;

  BrokerProcess(Path pidFile, String processName) {
    this.pidFile = pidFile;
    this.processName = processName;
  }

  /**
   * Sends SIGHUP.
   *
   * @return whether it was sent; false if no such process runs
   * @throws IOException if the signal could not be sent
   */
  boolean hangUp() throws IOException, InterruptedException {
    String pid;
    String name;
    try {
      pid = Files.readString(pidFile, StandardCharsets.US_ASCII).strip();
      if (!pid.matches("[1-9][0-9]{0,9}")) {
        return false;
      }
      name = Files.readString(Path.of("/proc", pid, "comm"), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      return false;
    }
    if (!name.equals(processName)) {
      return false;
    }
    Process kill =
        new ProcessBuilder("kill", "-HUP", pid)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      kill.destroy();
      throw new IOException("SIGHUP could not be sent to " + processName + " (" + pid + ")");
    }
    return true;
  }
}
