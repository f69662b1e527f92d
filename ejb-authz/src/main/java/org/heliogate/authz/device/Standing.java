package org.heliogate.authz.device;

/** Whether a device may take part at all. */
public enum Standing {
  /** It may. */
  ACTIVE,
  /** Not until an operator resumes it. */
  SUSPENDED,
  /** Never again: its secrets are no longer trusted. */
  REVOKED,
  /** Never again: it was taken out of service. */
  RETIRED
}
