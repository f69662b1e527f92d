package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.RevokedTokens;

/** The revocation endpoint's service (RFC 7009): ends one token, and nothing else. */
@ApplicationScoped
public class TokenRevocation {

  private final LiveTokens tokens;
  private final RevokedTokens revoked;
  private final AuditTrail audit;

  /** A revocation of the given tokens. */
  @Inject
  public TokenRevocation(LiveTokens tokens, RevokedTokens revoked, AuditTrail audit) {
    this.tokens = tokens;
    this.revoked = revoked;
    this.audit = audit;
  }

  /**
   * Ends a token on all nodes, on this one before it returns. A token that is no good is left as it
   * is (RFC 7009 §2.2).
   *
   * @throws RequestException {@link ErrorCode#INVALID_GRANT} for another client's token
   */
  @Transactional
  public void revoke(RegisteredClient caller, String value) {
    Optional<LiveToken> found = tokens.find(value);
    if (found.isEmpty()) {
      return;
    }
    LiveToken token = found.get();
    if (!token.client().clientId().equals(caller.clientId())) {
      throw new RequestException(ErrorCode.INVALID_GRANT, "the token was issued to another client");
    }
    revoked.revoke(token.kind().revocation(), token.id(), token.expiresAt());
    audit.record(
        AuditEvent.success(
            "token.revoke",
            caller.clientId(),
            caller.clientId(),
            Map.of("kind", token.kind().name().toLowerCase(Locale.ROOT))));
  }
}
