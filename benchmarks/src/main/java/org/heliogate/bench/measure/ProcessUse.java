package org.heliogate.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process has used, as Linux accounts for it.
 *
 * @param cpu user and system time since its start, to a hundredth of a second
 * @param residentKiB its resident memory now
 * @param peakKiB the most that it had
 */
public record ProcessUse(Duration cpu, long residentKiB, long peakKiB) {

  private static final int TICKS_PER_SECOND = 100;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  /**
   * Reads it.
   *
   * @throws IOException if there is no such process, or this is not Linux
   */
  public static ProcessUse of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    return parse(
        Files.readString(process.resolve("stat")), Files.readString(process.resolve("status")));
  }

  /** Reads {@code stat} and {@code status} of proc(5). */
  static ProcessUse parse(String stat, String status) {
    // The name, in parentheses, may hold blanks; the fields are counted after it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
    return new ProcessUse(
        Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND),
        kibibytes(status, "VmRSS:"),
        kibibytes(status, "VmHWM:"));
  }

  private static long kibibytes(String status, String label) {
    return status
        .lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).replace("kB", "").strip())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
