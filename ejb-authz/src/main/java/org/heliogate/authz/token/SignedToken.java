package org.heliogate.authz.token;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a signed access token (RFC 9068) of this server says: a PAT, whose audience is this server,
 * or an RPT, whose audience is a resource server.
 *
 * @param id its {@code jti}
 * @param clientId whose it is
 * @param audience whom it is for
 * @param scope what a PAT is good for; empty for an RPT, whose scope claim means nothing here
 * @param permissions what an RPT allows; empty for a PAT
 * @param confirmation what it is bound to, null if to nothing
 * @param issuedAt since when, in milliseconds
 * @param expiresAt until when
 */
public record SignedToken(
    String id,
    String clientId,
    String audience,
    Set<String> scope,
    List<TokenPermission> permissions,
    @Nullable Confirmation confirmation,
    Instant issuedAt,
    Instant expiresAt) {

  /** Whether it is a PAT. */
  public boolean protection() {
    return !scope.isEmpty();
  }
}
