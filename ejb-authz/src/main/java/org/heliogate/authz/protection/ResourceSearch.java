package org.heliogate.authz.protection;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.NameSyntax;
import org.jspecify.annotations.Nullable;

/**
 * What a resource server looks for among its resources; null means anything.
 *
 * @param id the identifier
 * @param name the name, or a part of it
 * @param exactName whether {@code name} is all of it
 * @param type the kind, exactly
 * @param scope a scope that it has
 * @param first how many matches to pass over, in the order of names; 0 or more
 * @param max how many to give at most, 1 to {@link #MOST}; null for all
 */
public record ResourceSearch(
    @Nullable String id,
    @Nullable String name,
    boolean exactName,
    @Nullable String type,
    @Nullable String scope,
    int first,
    @Nullable Integer max) {

  /** The most resources of one answer that has more of them than their identifiers. */
  public static final int MOST = 1000;

  /**
   * Checks the bounds.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  public ResourceSearch {
    if (scope != null && !NameSyntax.SCOPE.matches(scope)) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "scope must be one scope");
    }
    if (first < 0) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "first must be 0 or more");
    }
    if (max != null && (max < 1 || max > MOST)) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "max must be 1 to " + MOST + ", or -1 for all");
    }
  }
}
