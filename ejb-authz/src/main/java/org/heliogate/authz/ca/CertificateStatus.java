package org.heliogate.authz.ca;

/** How far a certificate is. */
public enum CertificateStatus {
  /** The serial is given out; the HSM may be signing. */
  INTENT,
  /** It was signed and handed out. */
  ISSUED,
  /** It is on hold, for the time being; the CRL lists it. */
  HELD,
  /** It was withdrawn for good; the CRL lists it. */
  REVOKED,
  /** Nobody knows what became of the intent, so the CRL lists the serial. */
  ORPHANED
}
