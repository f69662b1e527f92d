package org.heliogate.device.state;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heliogate.device.failure.ConfigurationException;

/**
 * A counter on disk that never gives the same number twice.
 *
 * <p>A number is on the disk before it is handed out: after a crash it may be lost, never repeated.
 * All threads and processes of the machine share it through a lock file beside it.
 */
public final class MonotonicCounter {

  private final Path file;
  private final ExclusiveLock lock;

  /**
   * Names the counter's file; nothing is read yet.
   *
   * @param file the file, {@code <file>.lock} stands beside it
   */
  public MonotonicCounter(Path file) {
    this.file = file;
    this.lock = new ExclusiveLock(Path.of(file + ".lock"));
  }

  /** Makes the counter so that {@link #next()} gives 1 first; one that exists is left alone. */
  public void createIfAbsent() {
    lock.holding(
        () -> {
          if (!Files.exists(file)) {
            DurableFile.write(file, "0\n");
          }
          return file;
        });
  }

  /**
   * Spends the next number.
   *
   * @return a number above all that were ever returned, from 1
   * @throws ConfigurationException when the file is missing or damaged: starting again at 1 would
   *     repeat numbers
   */
  public long next() {
    return lock.holding(
        () -> {
          long next = read() + 1;
          DurableFile.write(file, next + "\n");
          return next;
        });
  }

  private long read() {
    String remedy =
        "Write a number above every one ever used into it (the seconds since 1970 will do) and have"
            + " the operator re-arm the device.";
    String text = new String(DurableFile.read(file, remedy), StandardCharsets.UTF_8).strip();
    if (!text.matches("0|[1-9][0-9]{0,17}")) {
      throw new ConfigurationException("the counter " + file + " is damaged", remedy);
    }
    return Long.parseLong(text);
  }
}
