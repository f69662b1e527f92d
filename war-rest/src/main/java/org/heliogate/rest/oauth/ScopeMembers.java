package org.heliogate.rest.oauth;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/** The scopes of a JSON body, under UMA 2.0's name {@code resource_scopes} or 1.0.1's. */
final class ScopeMembers {

  private ScopeMembers() {}

  /**
   * The scopes.
   *
   * @param current the value of {@code resource_scopes}
   * @param former the value of {@code scopes}
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if both are missing, both are there
   *     and differ, or one holds null
   */
  static Set<String> of(@Nullable List<String> current, @Nullable List<String> former) {
    List<String> given = current == null ? former : current;
    if (given == null) {
      throw refused("resource_scopes is missing");
    }
    Set<String> scopes = new HashSet<>(given);
    if (scopes.contains(null)) {
      throw refused("resource_scopes holds null");
    }
    if (former != null && !scopes.equals(new HashSet<>(former))) {
      throw refused("resource_scopes and scopes differ");
    }
    return scopes;
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
