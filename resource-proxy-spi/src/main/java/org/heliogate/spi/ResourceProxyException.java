package org.heliogate.spi;

import org.jspecify.annotations.Nullable;

/**
 * The resource server, or the way to it, failed. The message is for people and never holds a
 * secret.
 */
public class ResourceProxyException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * A failure of the resource server.
   *
   * @param message what failed, without secrets
   * @param retryable whether the same call may succeed later without an operator
   * @param cause what was caught, or null
   */
  public ResourceProxyException(String message, boolean retryable, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** Whether the same call may succeed later without an operator. */
  public boolean retryable() {
    return retryable;
  }
}
