package org.heliogate.device.failure;

/** The message broker refused a connection, a publication or a subscription. */
public final class BrokerRefusedException extends DeviceException {

  private static final long serialVersionUID = 1L;

  private final int reasonCode;

  /**
   * Describes the refusal.
   *
   * @param reasonCode the MQTT 5 reason code (§2.4), for example 135, not authorized
   * @param message what happened, without secrets
   * @param remedy what to do about it
   */
  public BrokerRefusedException(int reasonCode, String message, String remedy) {
    super(message, remedy, null);
    this.reasonCode = reasonCode;
  }

  /** The MQTT 5 reason code, 128 or above. */
  public int reasonCode() {
    return reasonCode;
  }
}
