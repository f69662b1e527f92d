package org.heliogate.hsm;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.jspecify.annotations.Nullable;

/** Where a key store comes from, and how it is opened again after its session was lost. */
public interface KeyStoreSource {

  /**
   * Opens the key store, logging in to the token if there is one. Each call opens it anew.
   *
   * @throws GeneralSecurityException if it cannot be opened, for example when the token is absent
   * @throws IOException if it cannot be read or the PIN is refused; the PKCS#11 fault is among the
   *     causes
   */
  KeyStore load() throws GeneralSecurityException, IOException;

  /**
   * Opens the key store in a way that keys can be added to it and deleted from it. Only for a key
   * store {@link #onToken}.
   *
   * @throws GeneralSecurityException as {@link #load}
   * @throws IOException as {@link #load}
   */
  default KeyStore loadForChange() throws GeneralSecurityException, IOException {
    return load();
  }

  /**
   * The password of the single keys, or null where the keys have none of their own (PKCS#11). The
   * array is the caller's, who may erase it.
   *
   * @throws GeneralSecurityException if it cannot be read from where it is kept
   */
  char @Nullable [] keyPassword() throws GeneralSecurityException;

  /**
   * Whether the keys live on a token that never gives them away. A key that can be read out of such
   * a store is refused by {@link TokenKeys}.
   */
  boolean onToken();

  /** What this is, for people and logs; without secrets. */
  String description();
}
