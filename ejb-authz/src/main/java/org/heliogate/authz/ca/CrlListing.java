package org.heliogate.authz.ca;

/** Whether a CRL lists a certificate. */
public enum CrlListing {
  /** It is good. */
  NONE,
  /** The next CRL must list it. */
  PENDING,
  /** A published CRL lists it. */
  LISTED,
  /** It is good again; the next CRL must not list it any more. */
  RELEASED
}
