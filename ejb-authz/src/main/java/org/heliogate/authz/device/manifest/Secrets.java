package org.heliogate.authz.device.manifest;

import org.jspecify.annotations.Nullable;

/** A secure element's secrets; either may be missing. */
@SuppressWarnings("ArrayRecordComponent")
record Secrets(@Nullable String pin, byte @Nullable [] otpSecret) {

  /** Says nothing. */
  @Override
  public String toString() {
    return "Secrets[…]";
  }
}
