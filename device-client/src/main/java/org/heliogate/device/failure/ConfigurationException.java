package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/** Something that the device or its operator must provide is missing, unreadable or wrong. */
public final class ConfigurationException extends DeviceException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public ConfigurationException(String message, String remedy) {
    this(message, remedy, null);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what happened, without secrets
   * @param remedy what to do about it
   * @param cause the cause, {@code null} when there is none
   */
  public ConfigurationException(String message, String remedy, @Nullable Throwable cause) {
    super(message, remedy, cause);
  }
}
