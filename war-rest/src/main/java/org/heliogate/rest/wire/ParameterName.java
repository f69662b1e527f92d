package org.heliogate.rest.wire;

import java.util.Set;
import java.util.regex.Pattern;

/** A name that a request gives to one of its parts, as far as an answer may repeat it. */
final class ParameterName {

  private static final Pattern PLAIN = Pattern.compile("[a-z_]{1,40}");

  /** Those of Keycloak's client, which has other names than everybody else here. */
  private static final Set<String> KEYCLOAK =
      Set.of("displayName", "ownerManagedAccess", "iconUri", "exactName", "matchingUri");

  private ParameterName() {}

  /**
   * The name if it is in the alphabet of nearly all names that are known here, {@code [a-z_]}, and
   * has at most 40 characters, or is one of the few others; otherwise a question mark, since it may
   * be a secret in the wrong place.
   */
  static String shown(String name) {
    return PLAIN.matcher(name).matches() || KEYCLOAK.contains(name) ? name : "?";
  }
}
