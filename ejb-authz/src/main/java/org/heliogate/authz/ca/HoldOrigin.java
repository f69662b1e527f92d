package org.heliogate.authz.ca;

/** Who has put a certificate on hold, and so who may release it. */
public enum HoldOrigin {
  /** An operator, this certificate. */
  OPERATOR,
  /** The suspension of the device; its end releases the certificate. */
  SUSPENSION
}
