package org.heliogate.device.element;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/** An open key store, and how changes to it are kept. */
interface KeyStoreAccess {

  /** Something done with the key store. */
  @FunctionalInterface
  interface Action<T> {
    T on(KeyStore keyStore) throws Exception;
  }

  /** The provider that must work with the keys; {@code null} when any may. */
  @Nullable Provider provider();

  /** What protects single entries; {@code null} when the store as a whole is protected. */
  char @Nullable [] entryPassword();

  /** Does something that changes nothing. */
  <T> T read(String doing, Action<T> action);

  /** Does something that changes the store; the change is kept before this returns. */
  <T> T change(String doing, Action<T> action);

  /** Announces that one of the keys will be used for TLS. */
  void prepareForTls() throws GeneralSecurityException;
}
