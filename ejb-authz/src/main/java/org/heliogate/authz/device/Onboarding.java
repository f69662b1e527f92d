package org.heliogate.authz.device;

/** How far a device's initial bootstrap has come. */
public enum Onboarding {
  /** Listed by its maker; it has never been answered. */
  LOADED,
  /** It got an answer; none of its clients has asked for a token yet, so it may ask again. */
  RESPONDED,
  /** One of its clients got a token; only an operator's re-arm opens the bootstrap again. */
  CONFIRMED,
  /** An operator allows one more bootstrap; what it had stays valid until then. */
  REARMED
}
