package org.heliogate.hsm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Replaces files as a whole, so that nobody ever reads half a file, not even after a crash. */
public final class AtomicFile {

  /** Mode of what everybody may read. */
  public static final String PUBLIC = "rw-r--r--";

  /** Mode of what only the owner may read. */
  public static final String PRIVATE = "rw-------";

  private AtomicFile() {}

  /**
   * Writes a file beside the target, forces it to the disk and moves it into place. A file that is
   * replaced passes its owner and group on, as far as the process may set them.
   *
   * @param target the file, in an existing directory
   * @param content what it will hold
   * @param mode its permissions from the first moment on, such as {@link #PRIVATE}
   * @throws IOException if it cannot be written; the target is then as before
   */
  public static void write(Path target, byte[] content, String mode) throws IOException {
    Path directory = target.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(target + " has no directory");
    }
    Path temporary =
        Files.createTempFile(
            directory,
            "." + target.getFileName(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (Files.exists(target)) {
          passOwnership(target, temporary);
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void passOwnership(Path from, Path to) throws IOException {
    PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    PosixFileAttributes fresh = view.readAttributes();
    if (!fresh.group().equals(old.group())) {
      view.setGroup(old.group());
    }
    if (!fresh.owner().equals(old.owner())) {
      view.setOwner(old.owner());
    }
  }
}
