package org.heliogate.hsm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.heliogate.hsm.HsmUnavailableException.Reason;

/**
 * A new Java process that looks at the token in place of this one. What a PKCS#11 library knows of
 * its tokens it learns when it is initialised, once in the life of a process; so only a process
 * that has just begun can tell that a token which was lost is back.
 *
 * <p>The PIN goes through a pipe. The process gets this one's environment, and nothing of its class
 * path.
 */
final class FreshProcess {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OUTPUT_LIMIT = 8192;
  private static final String CLASS_FILE = TokenProbe.class.getSimpleName() + ".class";

  private FreshProcess() {}

  /**
   * Looks at the token.
   *
   * @param options of the virtual machine, such as those that give it the PKCS#11 provider
   * @param pin the user PIN; erased
   * @param alias a secret key that encrypts
   * @return what is wrong with the token; empty if the key works there. A process that did not end
   *     within 30 s is a {@link Reason#FAULT}
   * @throws IOException if no process can be started
   */
  static Optional<Reason> look(List<String> options, char[] pin, String alias) throws IOException {
    ByteBuffer secret = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
    Path directory = Files.createTempDirectory("token-probe");
    try {
      Process process = start(directory, options, alias);
      try {
        return ended(process, secret);
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Arrays.fill(pin, '\0');
      Arrays.fill(secret.array(), (byte) 0);
      delete(directory);
    }
  }

  private static Process start(Path directory, List<String> options, String alias)
      throws IOException {
    Path classFile =
        directory.resolve(TokenProbe.class.getPackageName().replace('.', '/')).resolve(CLASS_FILE);
    Files.createDirectories(classFile.getParent());
    try (InputStream code = TokenProbe.class.getResourceAsStream(CLASS_FILE)) {
      if (code == null) {
        throw new IOException("the class file of the probe is missing");
      }
      Files.copy(code, classFile);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx32m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", directory.toString(), TokenProbe.class.getName(), alias));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** What it prints fits into a pipe, so it can end before that is read. */
  private static Optional<Reason> ended(Process process, ByteBuffer secret) {
    try {
      try (OutputStream input = process.getOutputStream()) {
        input.write(secret.array(), secret.position(), secret.remaining());
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return Optional.of(Reason.FAULT);
      }
      return switch (process.exitValue()) {
        case 0 -> Optional.empty();
        case TokenProbe.KEY_ABSENT -> Optional.of(Reason.KEY_ABSENT);
        case TokenProbe.TOKEN_ABSENT -> Optional.of(Reason.TOKEN_ABSENT);
        default -> Optional.of(reasonIn(process.getInputStream().readNBytes(OUTPUT_LIMIT)));
      };
    } catch (IOException e) {
      return Optional.of(Reason.FAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(Reason.FAULT);
    }
  }

  private static Reason reasonIn(byte[] messages) {
    return HsmUnavailableException.reasonOf(
        new KeyStoreException(new String(messages, StandardCharsets.UTF_8)));
  }

  private static void delete(Path directory) throws IOException {
    List<Path> content;
    try (var walk = Files.walk(directory)) {
      content = walk.sorted(java.util.Comparator.reverseOrder()).toList();
    }
    for (Path path : content) {
      Files.deleteIfExists(path);
    }
  }
}
