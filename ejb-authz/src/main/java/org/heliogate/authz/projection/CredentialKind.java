package org.heliogate.authz.projection;

/** How a principal proves to a resource server who it is, as far as the projection knows. */
public enum CredentialKind {
  /** It cannot log in. */
  NONE,
  /** By a certificate of the CA. */
  X509,
  /** By a certificate of the CA once it is no longer on hold; until then it cannot log in. */
  HELD_X509,
  /** By a password that is still to be enforced or delivered. */
  PASSWORD,
  /** By a password that only the resource server has. */
  KEPT_PASSWORD
}
