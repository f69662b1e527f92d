package org.heliogate.device.element;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#12 file of mode 600, shared with other processes: each change reads it again under a lock
 * and replaces it as a whole.
 */
final class Pkcs12Access implements KeyStoreAccess {

  private final Path file;
  private final char[] password;
  private final ExclusiveLock lock;
  private KeyStore current;

  /** Opens the file; with {@code create}, an absent one is made empty. */
  Pkcs12Access(Path file, char[] password, boolean create) {
    this.file = file;
    this.password = password.clone();
    this.lock = new ExclusiveLock(Path.of(file + ".lock"));
    this.current = lock.holding(() -> create && !Files.exists(file) ? empty() : load());
  }

  private KeyStore empty() {
    try {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(null, password);
      save(keyStore);
      return keyStore;
    } catch (Exception e) {
      throw ElementFailure.of("making " + file.getFileName(), e);
    }
  }

  private KeyStore load() {
    byte[] content = DurableFile.read(file, "Personalise the secure element first.");
    try {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(new ByteArrayInputStream(content), password);
      return keyStore;
    } catch (Exception e) {
      throw ElementFailure.of("opening " + file.getFileName(), e);
    }
  }

  private void save(KeyStore keyStore) throws Exception {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    keyStore.store(content, password);
    DurableFile.write(file, content.toByteArray());
  }

  @Override
  public @Nullable Provider provider() {
    return null;
  }

  @Override
  public char[] entryPassword() {
    return password.clone();
  }

  @Override
  public synchronized <T> T read(String doing, Action<T> action) {
    try {
      return action.on(current);
    } catch (Exception e) {
      throw ElementFailure.of(doing, e);
    }
  }

  @Override
  public synchronized <T> T change(String doing, Action<T> action) {
    return lock.holding(
        () -> {
          current = load();
          try {
            T result = action.on(current);
            save(current);
            return result;
          } catch (Exception e) {
            throw ElementFailure.of(doing, e);
          }
        });
  }

  @Override
  public void prepareForTls() {
    // The JDK's own providers serve keys from files.
  }
}
