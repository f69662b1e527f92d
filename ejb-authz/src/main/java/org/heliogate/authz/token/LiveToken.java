package org.heliogate.authz.token;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;
import org.jspecify.annotations.Nullable;

/**
 * A token of this server that is good at this moment, of whatever kind.
 *
 * @param kind what it is
 * @param id its name: an AAT's handle, or a {@code jti}
 * @param client whose it is
 * @param audience whom it is for; null for an AAT
 * @param scope what it is good for; empty for an RPT
 * @param permissions what an RPT allows
 * @param confirmation what it is bound to, null if to nothing
 * @param issuedAt since when
 * @param expiresAt until when
 */
public record LiveToken(
    Kind kind,
    String id,
    RegisteredClient client,
    @Nullable String audience,
    Set<String> scope,
    List<TokenPermission> permissions,
    @Nullable Confirmation confirmation,
    Instant issuedAt,
    Instant expiresAt) {

  /** The kinds of tokens. */
  public enum Kind {
    /** An authorization API token, or one for administration. */
    AAT(RevokedTokens.Kind.AAT),
    /** A protection API token. */
    PAT(RevokedTokens.Kind.SIGNED),
    /** A requesting party token. */
    RPT(RevokedTokens.Kind.SIGNED);

    private final RevokedTokens.Kind revocation;

    Kind(RevokedTokens.Kind revocation) {
      this.revocation = revocation;
    }

    /** How its early end is recorded. */
    public RevokedTokens.Kind revocation() {
      return revocation;
    }
  }
}
