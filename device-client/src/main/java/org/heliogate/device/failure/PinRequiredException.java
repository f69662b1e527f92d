package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** An application key was asked for before the PIN was presented. */
public final class PinRequiredException extends SecureElementException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public PinRequiredException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public PinRequiredException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
