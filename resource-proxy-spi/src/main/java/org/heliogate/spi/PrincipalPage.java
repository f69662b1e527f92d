package org.heliogate.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of what a resource server enforces.
 *
 * @param principals at most 1,000
 * @param nextCursor where the next page starts, null after the last
 */
public record PrincipalPage(List<EnforcedPrincipal> principals, @Nullable String nextCursor) {

  /** Takes an unmodifiable copy of the principals. */
  public PrincipalPage {
    principals = List.copyOf(principals);
  }
}
