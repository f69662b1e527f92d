package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** The secure element takes no PIN any more: too many wrong ones, or its PIN was never set. */
public final class PinBlockedException extends SecureElementException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public PinBlockedException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public PinBlockedException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
