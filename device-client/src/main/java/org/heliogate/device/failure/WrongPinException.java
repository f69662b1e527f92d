package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** The PIN was presented to a working secure element and is wrong. */
public final class WrongPinException extends SecureElementException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public WrongPinException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public WrongPinException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
