package org.heliogate.authz.grant;

/** Whether a grant gives or refuses. */
public enum Effect {
  /** The access is allowed, unless it is refused. */
  ALLOW,
  /** The access is refused, whatever else is allowed. */
  DENY
}
