package org.heliogate.device.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.heliogate.device.failure.ConfigurationException;

/**
 * A lock file that one thread of one process on this machine holds at a time.
 *
 * <p>The operating system frees it when its holder dies. It is not reentrant across files but a
 * thread that holds it may take it again.
 */
public final class ExclusiveLock {

  private static final Map<Path, ReentrantLock> WITHIN_PROCESS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock withinProcess;

  /**
   * Names the lock.
   *
   * @param file the lock file; it is made when first taken and never removed
   */
  public ExclusiveLock(Path file) {
    this.file = file.toAbsolutePath().normalize();
    this.withinProcess = WITHIN_PROCESS.computeIfAbsent(this.file, f -> new ReentrantLock());
  }

  /**
   * Waits for the lock, does the action and frees the lock.
   *
   * @param action what to do meanwhile
   * @return the action's result
   * @throws ConfigurationException when the lock file cannot be made
   */
  public <T> T holding(Supplier<T> action) {
    withinProcess.lock();
    try {
      return withinProcess.getHoldCount() > 1 ? action.get() : holdingFile(action);
    } finally {
      withinProcess.unlock();
    }
  }

  @SuppressWarnings("try") // The lock is held for its scope, not used.
  private <T> T holdingFile(Supplier<T> action) {
    Path directory = file.getParent();
    if (directory != null) {
      DurableFile.makeDirectory(directory);
    }
    try (FileChannel channel =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        FileLock lock = channel.lock()) {
      return action.get();
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot lock " + file + ": " + e, "Check the directory's owner and free space.", e);
    }
  }
}
