package org.heliogate.device.failure;

/** The authorization server answered, and the answer is no (RFC 6749 §5.2, RFC 6750 §3.1). */
public final class RequestRefusedException extends DeviceException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  /**
   * Describes the refusal.
   *
   * @param status the HTTP status
   * @param error the OAuth error code, for example {@code invalid_client}
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public RequestRefusedException(int status, String error, String message, String remedy) {
    super(message, remedy, null);
    this.status = status;
    this.error = error;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  /** Whether the server, or a gateway before it, failed (5xx) rather than refused. */
  public boolean isServersFault() {
    return status >= 500;
  }

  /** The OAuth error code, or {@code invalid_response} when the answer broke the contract. */
  public String error() {
    return error;
  }
}
