package org.heliogate.hsm.offline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heliogate.hsm.AtomicFile;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of SunPKCS11 for the token, and the security properties that make it a provider
 * of the server's virtual machine. Both are written where they are missing; for another HSM than
 * SoftHSM2 an operator writes {@code pkcs11.cfg} first.
 */
final class Pkcs11Configuration {

  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
          Path.of("/usr/local/lib/softhsm/libsofthsm2.so"),
          Path.of("/opt/homebrew/lib/softhsm/libsofthsm2.so"));

  /** Slot 12 is free in Java 17 to 25. */
  private static final String PROVIDER = "security.provider.12=SunPKCS11 %s%n";

  /**
   * Keys are generated as session objects, already sensitive and not extractable, and become token
   * objects when the key store stores them. So a run that is cut off leaves no nameless key.
   */
  private static final String CONFIGURATION =
      """
      # SunPKCS11 configuration of the token with the keys of Heliogate.
      name = heliogate
      library = %s
      # The slot whose token has the label %s; SoftHSM2 derives its ID from the token's serial.
      slot = %s
      attributes(generate,CKO_PRIVATE_KEY,*) = {
        CKA_TOKEN = false
        CKA_PRIVATE = true
        CKA_SENSITIVE = true
        CKA_EXTRACTABLE = false
        CKA_SIGN = true
        CKA_DECRYPT = false
        CKA_UNWRAP = false
      }
      attributes(generate,CKO_SECRET_KEY,CKK_AES) = {
        CKA_TOKEN = false
        CKA_PRIVATE = true
        CKA_SENSITIVE = true
        CKA_EXTRACTABLE = false
        CKA_ENCRYPT = true
        CKA_DECRYPT = true
        CKA_SIGN = false
        CKA_VERIFY = false
        CKA_WRAP = false
        CKA_UNWRAP = false
      }
      """;

  private Pkcs11Configuration() {}

  /**
   * Writes what is missing.
   *
   * @param library the PKCS#11 library, or null to look for SoftHSM2's
   * @param label the token's label
   */
  static void ensure(PkiHome home, @Nullable Path library, String label)
      throws IOException, PkiException {
    if (Files.exists(home.hsm("softhsm2.conf")) && System.getenv("SOFTHSM2_CONF") == null) {
      throw new PkiException(
          "set SOFTHSM2_CONF=" + home.hsm("softhsm2.conf") + " in the environment");
    }
    Path configuration = home.pkcs11Configuration();
    if (!Files.exists(configuration)) {
      Path found = library == null ? installedLibrary() : library;
      String content = CONFIGURATION.formatted(found, label, slotOf(label));
      AtomicFile.write(configuration, content.getBytes(StandardCharsets.UTF_8), AtomicFile.PUBLIC);
    }
    Path security = home.hsm("java.security");
    if (!Files.exists(security)) {
      String content = PROVIDER.formatted(configuration.toAbsolutePath().normalize());
      AtomicFile.write(security, content.getBytes(StandardCharsets.UTF_8), AtomicFile.PUBLIC);
    }
  }

  private static Path installedLibrary() throws PkiException {
    return LIBRARIES.stream()
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new PkiException(
                    "no SoftHSM2 library found; install softhsm2 or give --pkcs11-library"));
  }

  private static String slotOf(String label) throws IOException, PkiException {
    Process process;
    try {
      process =
          new ProcessBuilder("softhsm2-util", "--show-slots").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new PkiException(
          "softhsm2-util, which knows the token's slot, cannot be run; write hsm/pkcs11.cfg by hand"
              + " for another HSM",
          e);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroy();
        throw new PkiException("softhsm2-util --show-slots failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PkiException("interrupted while softhsm2-util ran", e);
    }
    return slotOf(label, output.lines());
  }

  /** Finds the ID of the slot whose token has the label, in the listing of softhsm2-util. */
  static String slotOf(String label, Stream<String> listing) throws PkiException {
    String slot = "";
    String found = "";
    for (String line : (Iterable<String>) listing::iterator) {
      if (line.startsWith("Slot ")) {
        slot = line.substring("Slot ".length()).strip();
      } else if (line.strip().startsWith("Label:")
          && line.strip().substring("Label:".length()).strip().equals(label)) {
        if (!found.isEmpty()) {
          throw new PkiException("more than one token has the label " + label);
        }
        found = slot;
      }
    }
    if (found.isEmpty()) {
      throw new PkiException(
          "no token has the label " + label + "; initialise one with softhsm2-util --init-token");
    }
    return found;
  }
}
