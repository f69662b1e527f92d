package org.heliogate.hsm;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
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

  /**
   * Has a fresh process look at the key store, which is not bound to what the PKCS#11 library of
   * this one believes of the token. It logs in once.
   *
   * @param alias a secret key that is there
   * @return what is wrong there; empty if the key works. By default a fresh process would be no
   *     better off
   * @throws GeneralSecurityException if what it needs cannot be read from where it is kept
   * @throws IOException if there can be no process
   */
  default Optional<HsmUnavailableException.Reason> lookAfresh(String alias)
      throws GeneralSecurityException, IOException {
    return Optional.of(HsmUnavailableException.Reason.FAULT);
  }

  /** What this is, for people and logs; without secrets. */
  String description();
}
