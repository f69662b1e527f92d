package org.heliogate.authz.uma;

import java.time.Duration;

/**
 * A request that cannot be answered yet (UMA 2.0 Grant §3.3.6, {@code request_submitted}); the
 * client asks again with a new ticket.
 */
public class RequestSubmittedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String ticket;

  RequestSubmittedException(String ticket) {
    super("the resource server has not enforced the right yet");
    this.ticket = ticket;
  }

  /** The ticket to ask again with. */
  public String ticket() {
    return ticket;
  }

  /** How long to wait before. */
  public Duration interval() {
    return Duration.ofSeconds(1);
  }
}
