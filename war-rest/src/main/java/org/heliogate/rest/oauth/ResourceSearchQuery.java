package org.heliogate.rest.oauth;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.ResourceSearch;
import org.heliogate.rest.wire.FormParameters;
import org.jspecify.annotations.Nullable;

/**
 * The query with which Keycloak's client lists resources; without one the list is UMA's (FedAuthz
 * §3.2.5).
 *
 * @param search what is looked for
 * @param owner whose resources; null for the caller's, as there are no others
 * @param deep whether descriptions are wanted, and not just identifiers
 */
record ResourceSearchQuery(ResourceSearch search, @Nullable String owner, boolean deep) {

  private static final Set<String> BOOLEANS = Set.of("true", "false");

  /**
   * Reads the query; parameters that nobody knows are ignored.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  static ResourceSearchQuery of(MultivaluedMap<String, String> query) {
    FormParameters given = FormParameters.of(query);
    if (given.find("uri").isPresent() || isTrue(given, "matchingUri")) {
      throw refused("resources are not found by uri; look for name, type, scope or _id");
    }
    int max = number(given, "max", -1);
    return new ResourceSearchQuery(
        new ResourceSearch(
            given.find("_id").orElse(null),
            given.find("name").orElse(null),
            isTrue(given, "exactName"),
            given.find("type").orElse(null),
            given.find("scope").orElse(null),
            number(given, "first", 0),
            max == -1 ? null : max),
        given.find("owner").orElse(null),
        isTrue(given, "deep"));
  }

  private static boolean isTrue(FormParameters given, String name) {
    String value = given.find(name).orElse("false");
    if (!BOOLEANS.contains(value)) {
      throw refused(name + " must be true or false");
    }
    return value.equals("true");
  }

  private static int number(FormParameters given, String name, int otherwise) {
    try {
      return given.find(name).map(Integer::valueOf).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw refused(name + " must be a number");
    }
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
