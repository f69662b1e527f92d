package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** The authorization server could not be reached, or not be trusted, within the time allowed. */
public final class ServerUnreachableException extends DeviceException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public ServerUnreachableException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public ServerUnreachableException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
