package org.heliogate.bench.onboarding;

import java.time.Duration;
import java.util.Locale;
import org.heliogate.bench.measure.Series;
import org.jspecify.annotations.Nullable;

/** A part of a device's onboarding that is timed; the order is that of the table. */
public enum Phase {
  /** The bootstrap request to its response. */
  BOOTSTRAP("bootstrap, request to response", Duration.ofMillis(100)),
  /** The token request to its response. */
  AAT("access token (AAT) by one-time password", null),
  /** From the front-door request to the broker's acknowledgement of the first measurement. */
  TICKET_TO_PUBLISH("ticket to publish accepted, right enforced", Duration.ofMillis(300)),
  /** The front door, which gives the ticket. */
  FRONT_DOOR("  front door: ticket", null),
  /** The CSR endpoint, which gives the subject. */
  CSR_TERMS("  /csr: subject and PIN", null),
  /** The certificate request, made and signed by the secure element. */
  CSR_SIGNING("  certificate request, signed by the element", null),
  /** The UMA grant: the certificate, once the broker enforces the right. */
  UMA_GRANT("  UMA grant: certificate, right enforced", null),
  /** TLS with the certificate, and the MQTT connection. */
  CONNECT("  MQTT connection with the certificate", null),
  /** The first measurement to its acknowledgement. */
  PUBLISH("  publish to PUBACK", null);

  private final String label;
  private final @Nullable Duration goal;

  Phase(String label, @Nullable Duration goal) {
    this.label = label;
    this.goal = goal;
  }

  /** An empty series for it. */
  Series series() {
    return new Series(name().toLowerCase(Locale.ROOT), label, goal);
  }
}
