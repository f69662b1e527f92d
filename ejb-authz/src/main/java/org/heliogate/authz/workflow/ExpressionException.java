package org.heliogate.authz.workflow;

/**
 * Says why a template cannot be read or cannot be expanded for a device. The message names the
 * variable or the position; it never holds a device's value.
 */
public final class ExpressionException extends Exception {

  private static final long serialVersionUID = 1L;

  ExpressionException(String message) {
    super(message);
  }
}
