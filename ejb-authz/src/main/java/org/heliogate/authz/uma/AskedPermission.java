package org.heliogate.authz.uma;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A permission that a ticket stands for. At most one of {@code id} and {@code name} is there; with
 * neither it is about all that the redeeming client may use.
 *
 * @param id the resource's identifier, as its server asked for it
 * @param name the resource's name, as it was asked for at the front door
 * @param scopes which verbs; empty for all that the client has
 */
public record AskedPermission(@Nullable String id, @Nullable String name, Set<String> scopes) {

  /** Takes an unmodifiable copy of the scopes. */
  public AskedPermission {
    scopes = Set.copyOf(scopes);
  }

  /** About a resource that its server names by its identifier. */
  public static AskedPermission byId(String id, Set<String> scopes) {
    return new AskedPermission(id, null, scopes);
  }

  /** About a resource of that name; null for all that the client may use. */
  public static AskedPermission byName(@Nullable String name, Set<String> scopes) {
    return new AskedPermission(null, name, scopes);
  }

  /** Whether it is about all that the redeeming client may use. */
  boolean everything() {
    return id == null && name == null;
  }
}
