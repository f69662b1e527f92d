package org.heliogate.hsm.ca;

/** Why a certificate is revoked (RFC 5280 §5.3.1). */
public enum RevocationReason {
  /** No reason is given; the CRL entry then has no reason code. */
  UNSPECIFIED(0),
  /** The holder's private key is known to somebody else. */
  KEY_COMPROMISE(1),
  /** The holder's name or role changed. */
  AFFILIATION_CHANGED(3),
  /** A newer certificate took its place. */
  SUPERSEDED(4),
  /** The holder does not exist any more. */
  CESSATION_OF_OPERATION(5),
  /** Revoked for the time being. */
  CERTIFICATE_HOLD(6),
  /** The holder lost the right to it. */
  PRIVILEGE_WITHDRAWN(9);

  private final int code;

  RevocationReason(int code) {
    this.code = code;
  }

  /** The reason code of RFC 5280. */
  public int code() {
    return code;
  }
}
