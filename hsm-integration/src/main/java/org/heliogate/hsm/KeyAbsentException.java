package org.heliogate.hsm;

import java.security.KeyStoreException;

/** The key store, as it was opened, has no such entry; it may have come later. */
final class KeyAbsentException extends KeyStoreException {

  private static final long serialVersionUID = 1L;

  KeyAbsentException(String what) {
    super("there is no " + what);
  }
}
