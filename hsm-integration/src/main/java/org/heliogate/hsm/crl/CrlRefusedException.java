package org.heliogate.hsm.crl;

import org.jspecify.annotations.Nullable;

/** A CRL was fetched but is not to be used. The message says why. */
final class CrlRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  CrlRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  CrlRefusedException(String message) {
    this(message, null);
  }
}
