package org.heliogate.device.element;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;

/**
 * The keys of an application without a secure element: a PKCS#12 file whose random password is in a
 * file beside it, both of mode 600.
 */
public final class SoftwareKeys {

  private SoftwareKeys() {}

  /**
   * Opens the keys, making the files when they are absent.
   *
   * @param directory the application's directory
   */
  public static ApplicationKeys open(Path directory) {
    Path passwordFile = directory.resolve("key-store.password");
    String password =
        new ExclusiveLock(directory.resolve("key-store.password.lock"))
            .holding(
                () -> {
                  if (!Files.exists(passwordFile)) {
                    byte[] random = new byte[32];
                    new SecureRandom().nextBytes(random);
                    DurableFile.write(
                        passwordFile,
                        Base64.getUrlEncoder().withoutPadding().encodeToString(random));
                  }
                  byte[] content =
                      DurableFile.read(passwordFile, "Check the application's directory.");
                  return new String(content, StandardCharsets.US_ASCII).strip();
                });
    return new KeyStoreKeys(
        new Pkcs12Access(directory.resolve("key-store.p12"), password.toCharArray(), true));
  }
}
