package org.heliogate.authz.assertion;

/** An assertion that proves nothing; the cause is for the audit trail alone. */
public final class UnprovenException extends Exception {

  private static final long serialVersionUID = 1L;

  /** An assertion that proves nothing for the given cause. */
  public UnprovenException(String cause) {
    super(cause);
  }
}
