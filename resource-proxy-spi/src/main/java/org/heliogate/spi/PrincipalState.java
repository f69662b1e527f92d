package org.heliogate.spi;

import java.util.Objects;
import java.util.Set;

/**
 * All that one principal may do on one resource server, as of a generation. A state is complete:
 * what it does not mention is not allowed.
 *
 * @param name the principal's username on the resource server; matches the alphabet that {@link
 *     ResourceServerDescription#namePattern()} gives
 * @param generation rises with each change of this principal's desired state, from 1
 * @param presence whether the principal exists at all
 * @param credential how the principal proves who it is; {@link Credential.None} when absent
 * @param permissions the rights, empty when absent
 */
public record PrincipalState(
    String name,
    long generation,
    Presence presence,
    Credential credential,
    Set<Permission> permissions) {

  /** Whether the resource server shall know the principal. */
  public enum Presence {
    /** The principal exists, with its credential and permissions. */
    PRESENT,
    /** The principal does not exist; its sessions are ended. */
    ABSENT
  }

  /** Checks the bounds and takes an unmodifiable copy of the permissions. */
  public PrincipalState {
    Objects.requireNonNull(name);
    Objects.requireNonNull(credential);
    if (name.isEmpty() || name.length() > 128) {
      throw new IllegalArgumentException("a principal's name has 1 to 128 characters");
    }
    if (generation < 1) {
      throw new IllegalArgumentException("a generation is at least 1");
    }
    permissions = Set.copyOf(permissions);
    if (presence == Presence.ABSENT
        && !(permissions.isEmpty() && credential instanceof Credential.None)) {
      throw new IllegalArgumentException("an absent principal has no credential and no rights");
    }
  }

  /** A principal that exists, with all its rights. */
  public static PrincipalState present(
      String name, long generation, Credential credential, Set<Permission> permissions) {
    return new PrincipalState(name, generation, Presence.PRESENT, credential, permissions);
  }

  /** A principal that shall not exist. */
  public static PrincipalState absent(String name, long generation) {
    return new PrincipalState(name, generation, Presence.ABSENT, Credential.none(), Set.of());
  }
}
