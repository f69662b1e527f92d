package org.heliogate.device;

import java.util.Locale;

/** A step of the flow whose duration is worth knowing. */
public enum Step {
  /** The initial security bootstrap, request to response. */
  BOOTSTRAP,
  /** Making a key pair in the secure element. */
  KEYGEN,
  /** Obtaining an authorization API token. */
  AAT,
  /** Asking the CSR endpoint for the PIN alone, to use a key that exists. */
  PIN,
  /**
   * From the ticket request to the certificate with its right enforced, key generation left out.
   */
  TICKET_TO_CERTIFICATE,
  /** Connecting to the broker with the certificate. */
  CONNECT,
  /** From handing the first measurement to the broker to its acceptance. */
  PUBLISH;

  /** The step's name in machine-readable output. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
