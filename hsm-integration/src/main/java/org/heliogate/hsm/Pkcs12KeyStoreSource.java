package org.heliogate.hsm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A PKCS#12 file with software keys, for evaluation without a token. Only a person's explicit
 * choice leads here; nothing falls back to it.
 */
public final class Pkcs12KeyStoreSource implements KeyStoreSource {

  private final Path file;
  private final Supplier<char[]> password;

  /**
   * A file.
   *
   * @param file a PKCS#12 file
   * @param password gives the password of the file and of its keys, each time a fresh array that is
   *     erased after use
   */
  public Pkcs12KeyStoreSource(Path file, Supplier<char[]> password) {
    this.file = file;
    this.password = password;
  }

  @Override
  public KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    char[] opened = password.get();
    try (InputStream in = Files.newInputStream(file)) {
      keyStore.load(in, opened);
    } finally {
      Arrays.fill(opened, '\0');
    }
    return keyStore;
  }

  @Override
  public char[] keyPassword() {
    return password.get();
  }

  @Override
  public boolean onToken() {
    return false;
  }

  @Override
  public String description() {
    return "PKCS#12 file " + file;
  }
}
