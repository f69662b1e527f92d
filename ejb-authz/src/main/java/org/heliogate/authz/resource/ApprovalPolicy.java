package org.heliogate.authz.resource;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who may approve, on a resource server, what a client asks for and nobody has granted. */
public enum ApprovalPolicy {
  /** Nobody: what is not granted is denied. */
  NONE,
  /** An operator: what is not granted waits for one. */
  OPERATOR;

  /** The name in requests and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The policy of that name. */
  public static Optional<ApprovalPolicy> of(String wireName) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(wireName)).findFirst();
  }
}
