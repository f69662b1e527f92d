package org.heliogate.authz.uma;

import java.time.Duration;

/**
 * A request that cannot be answered yet (UMA 2.0 Grant §3.3.6, {@code request_submitted}); the
 * client asks again with a new ticket.
 */
public class RequestSubmittedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Pending pending;
  private final String ticket;

  /** What is still missing. */
  public enum Pending {
    /** The resource server acts on the right. */
    ENFORCEMENT("the resource server has not enforced the right yet", Duration.ofSeconds(1)),
    /** An operator approves it. */
    APPROVAL("an operator has to approve this first", Duration.ofSeconds(5));

    private final String description;
    private final Duration interval;

    Pending(String description, Duration interval) {
      this.description = description;
      this.interval = interval;
    }

    /** For people. */
    public String description() {
      return description;
    }
  }

  RequestSubmittedException(Pending pending, String ticket) {
    super(pending.description);
    this.pending = pending;
    this.ticket = ticket;
  }

  /** What is still missing. */
  public Pending pending() {
    return pending;
  }

  /** The ticket to ask again with. */
  public String ticket() {
    return ticket;
  }

  /** How long to wait before. */
  public Duration interval() {
    return pending.interval;
  }
}
