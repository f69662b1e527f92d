package org.heliogate.hsm;

import org.jspecify.annotations.Nullable;

/**
 * A sealed value cannot be opened: it was changed, belongs to another context or key, or is no
 * sealed value at all. The message tells none of these apart.
 */
public final class UnsealException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnsealException(@Nullable Throwable cause) {
    super("the sealed value does not open in this context", cause);
  }
}
