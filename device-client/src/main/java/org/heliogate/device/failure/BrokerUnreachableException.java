package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** The message broker could not be reached, or the connection to it was lost. */
public final class BrokerUnreachableException extends DeviceException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public BrokerUnreachableException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public BrokerUnreachableException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
