package org.heliogate.spi;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What clients and operators need to know of a resource server.
 *
 * @param type the kind of server, for example {@code mqtt}
 * @param securityProfiles how clients may authenticate, best first; at least one
 * @param scopes the verbs that the server knows
 * @param namePattern a regular expression that every principal's name must match
 */
public record ResourceServerDescription(
    String type, List<SecurityProfile> securityProfiles, Set<String> scopes, String namePattern) {

  /** Checks that nothing is null and takes unmodifiable copies. */
  public ResourceServerDescription {
    Objects.requireNonNull(type);
    Objects.requireNonNull(namePattern);
    securityProfiles = List.copyOf(securityProfiles);
    scopes = Set.copyOf(scopes);
    if (securityProfiles.isEmpty()) {
      throw new IllegalArgumentException("a resource server has at least one security profile");
    }
  }
}
