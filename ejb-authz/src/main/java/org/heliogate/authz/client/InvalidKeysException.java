package org.heliogate.authz.client;

import org.heliogate.authz.error.RequestException.Fault;

/** Keys that cannot be registered. The reason never repeats what they hold. */
public final class InvalidKeysException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String pointer;

  InvalidKeysException(String pointer, String reason) {
    super(reason);
    this.pointer = pointer;
  }

  /**
   * The fault.
   *
   * @param base the JSON pointer of the key set in its document
   */
  public Fault fault(String base) {
    return new Fault(base + pointer, String.valueOf(getMessage()));
  }
}
