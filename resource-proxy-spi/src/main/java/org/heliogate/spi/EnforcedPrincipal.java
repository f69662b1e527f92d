package org.heliogate.spi;

import java.util.Objects;
import java.util.Set;

/**
 * A principal as the resource server has it now, to be held against its desired {@link
 * PrincipalState}.
 *
 * @param name the username on the resource server
 * @param generation the generation last enforced, 0 if the server carries none
 * @param permissions the rights that the server really gives and refuses
 */
public record EnforcedPrincipal(String name, long generation, Set<Permission> permissions) {

  /** Checks the bounds and takes an unmodifiable copy of the permissions. */
  public EnforcedPrincipal {
    Objects.requireNonNull(name);
    if (generation < 0) {
      throw new IllegalArgumentException("a generation is not negative");
    }
    permissions = Set.copyOf(permissions);
  }
}
