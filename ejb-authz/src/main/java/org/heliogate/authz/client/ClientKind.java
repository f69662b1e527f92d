package org.heliogate.authz.client;

/** What a client is. */
public enum ClientKind {
  /** An application on a device, made by a bootstrap script. */
  DEVICE,
  /** An application elsewhere, made by an operator. */
  APPLICATION,
  /** An operator's program. */
  ADMIN,
  /** A resource server that registers its own resources. */
  RESOURCE_SERVER
}
