package org.heliogate.authz.device.manifest;

/** Says what is wrong with a line; without any value of it. */
final class FaultyLineException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String detail;

  FaultyLineException(String detail) {
    super(detail);
    this.detail = detail;
  }

  String detail() {
    return detail;
  }
}
