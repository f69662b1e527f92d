package org.heliogate.device.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.heliogate.device.failure.ConfigurationException;

/**
 * A file that is replaced as a whole: a reader, and the next start after a power cut, sees the old
 * content or the new one, never a mixture.
 *
 * <p>Only its owner may read it (mode 600), and its directories (mode 700 when made here).
 */
public final class DurableFile {

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private DurableFile() {}

  /**
   * Replaces the file's content; on return it is on the disk.
   *
   * @param file the file, made with its directories when absent
   * @param content the new content
   * @throws ConfigurationException when the file system refuses
   */
  public static void write(Path file, byte[] content) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new ConfigurationException(file + " names no file", "Name a file.");
    }
    makeDirectory(directory);
    Path draft = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_FILE))) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot write " + file + ": " + e, "Check the directory's owner and free space.", e);
    }
  }

  /** Replaces the file's content with text in UTF-8, see {@link #write(Path, byte[])}. */
  public static void write(Path file, String content) {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes a directory and its missing parents for the owner alone; one that exists is left as it
   * is.
   *
   * @throws ConfigurationException when the file system refuses
   */
  public static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot make the directory " + directory + ": " + e,
          "Choose a directory that you may write.",
          e);
    }
  }

  /**
   * Reads a file whole.
   *
   * @param remedy what to do when it cannot be read
   * @throws ConfigurationException when it cannot be read
   */
  public static byte[] read(Path file, String remedy) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + file, remedy, e);
    }
  }

  /**
   * Removes the file; removing an absent one succeeds.
   *
   * @throws ConfigurationException when the file system refuses
   */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ConfigurationException("cannot delete " + file, "Check the directory's owner.", e);
    }
  }
}
