package org.heliogate.rest.oauth;

import java.util.Optional;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.uma.ExpiredTicketException;

/**
 * A refusal in the words of UMA 1.0.1 (§3.5.4), which has more of them for tickets than UMA 2.0.
 *
 * @param status of HTTP
 * @param error its code
 */
record RptRefusal(int status, String error) {

  /** UMA 1.0.1's words for a refusal; empty where it has none of its own. */
  static Optional<RptRefusal> of(RequestException refusal) {
    if (refusal instanceof ExpiredTicketException) {
      return Optional.of(new RptRefusal(400, "expired_ticket"));
    }
    return switch (refusal.code()) {
      case INVALID_GRANT -> Optional.of(new RptRefusal(400, "invalid_ticket"));
      case REQUEST_DENIED -> Optional.of(new RptRefusal(403, "not_authorized"));
      default -> Optional.empty();
    };
  }
}
