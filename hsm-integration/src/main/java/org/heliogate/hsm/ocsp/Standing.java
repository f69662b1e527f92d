package org.heliogate.hsm.ocsp;

import java.time.Instant;
import org.heliogate.hsm.ca.RevocationReason;

/** What the responder says of a certificate (RFC 6960 §2.2). */
public sealed interface Standing {

  /** It was issued and is not revoked. */
  record Good() implements Standing {}

  /**
   * It is not to be trusted, for good or for the time being.
   *
   * @param since from when on
   * @param reason why; {@link RevocationReason#CERTIFICATE_HOLD} for the time being
   */
  record Revoked(Instant since, RevocationReason reason) implements Standing {}

  /** The CA has issued no such certificate. */
  record Unknown() implements Standing {}
}
