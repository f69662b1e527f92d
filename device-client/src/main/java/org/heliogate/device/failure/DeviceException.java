package org.heliogate.device.failure;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the device client that its caller can understand and act upon.
 *
 * <p>The message says what happened, {@link #remedy()} what to do. Neither ever holds a secret.
 */
public abstract sealed class DeviceException extends RuntimeException
    permits ConfigurationException,
        SecureElementException,
        ServerUnreachableException,
        RequestRefusedException,
        RequestPendingException,
        BrokerUnreachableException,
        BrokerRefusedException {

  private static final long serialVersionUID = 1L;

  private final String remedy;

  DeviceException(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What the reader can do about it, as a sentence. */
  public String remedy() {
    return remedy;
  }
}
