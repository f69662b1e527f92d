package org.heliogate.hsm.offline;

import org.jspecify.annotations.Nullable;

/** The command cannot go on. The message is for the person at the terminal; without secrets. */
final class PkiException extends Exception {

  private static final long serialVersionUID = 1L;

  PkiException(String message) {
    this(message, null);
  }

  PkiException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
