package org.heliogate.authz.uma;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/** A ticket of this server that is too old: UMA 1.0.1 tells it apart from one that never was. */
public class ExpiredTicketException extends RequestException {

  private static final long serialVersionUID = 1L;

  /** The refusal of a ticket whose time is over. */
  public ExpiredTicketException() {
    super(ErrorCode.INVALID_GRANT, "the ticket has expired; ask the resource server anew");
  }
}
