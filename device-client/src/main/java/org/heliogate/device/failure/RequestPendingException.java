package org.heliogate.device.failure;

/** The request was accepted but had not been decided or enforced when the time allowed was over. */
public final class RequestPendingException extends DeviceException {

  private static final long serialVersionUID = 1L;

  private final String pending;

  /**
   * Describes what is waited for.
   *
   * @param pending {@code enforcement} or {@code approval}
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public RequestPendingException(String pending, String message, String remedy) {
    super(message, remedy, null);
    this.pending = pending;
  }

  /** What is still missing: {@code enforcement} by the resource server or an {@code approval}. */
  public String pending() {
    return pending;
  }
}
