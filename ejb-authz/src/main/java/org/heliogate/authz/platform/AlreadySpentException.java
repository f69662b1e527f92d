package org.heliogate.authz.platform;

import org.jspecify.annotations.Nullable;

/** A value that counts once was used up before. */
public class AlreadySpentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A second use. */
  public AlreadySpentException(String kind, @Nullable Throwable cause) {
    super(kind + " was used before", cause);
  }
}
