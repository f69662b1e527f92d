package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.token.Confirmation;
import org.heliogate.authz.token.SignedTokens;
import org.heliogate.authz.token.TokenPermission;
import org.jspecify.annotations.Nullable;

/**
 * The maker of requesting party tokens (RPT, UMA 2.0 Grant §3.3.5): access tokens by RFC 9068,
 * signed with ES256 by a key on the HSM, with the granted permissions in them.
 */
@ApplicationScoped
public class RequestingPartyTokens {

  /** The most permissions in one token: larger ones do not fit into a header field. */
  public static final int MAX_PERMISSIONS = 50;

  private final SignedTokens tokens;
  private final TokenScopes scopes;

  /** A maker that has its tokens signed. */
  @Inject
  public RequestingPartyTokens(SignedTokens tokens, TokenScopes scopes) {
    this.tokens = tokens;
    this.scopes = scopes;
  }

  /**
   * Makes a token for a resource server, on that server's terms.
   *
   * @param confirmation what to bind it to, null for nothing
   * @throws RequestException {@link ErrorCode#INVALID_SCOPE} for more than {@link #MAX_PERMISSIONS}
   *     permissions, and for those that the server's scope template has no place for
   */
  public String issue(
      RegisteredClient client,
      ResourceServer server,
      List<TokenPermission> permissions,
      @Nullable Confirmation confirmation) {
    return tokens.issueRequestingParty(
        client.clientId(),
        server.audience(),
        permissions,
        claim(server, permissions),
        server.tokens().lifetime(),
        confirmation);
  }

  /**
   * Checks that a token can be made, before anything is changed for it.
   *
   * @throws RequestException {@link ErrorCode#INVALID_SCOPE} as {@link #issue}
   */
  void requireFitting(ResourceServer server, List<TokenPermission> permissions) {
    claim(server, permissions);
  }

  private Set<String> claim(ResourceServer server, List<TokenPermission> permissions) {
    if (permissions.size() > MAX_PERMISSIONS) {
      throw tooMany();
    }
    return scopes.of(server, permissions);
  }

  static RequestException tooMany() {
    return new RequestException(
        ErrorCode.INVALID_SCOPE,
        "a token holds at most " + MAX_PERMISSIONS + " permissions; ask for fewer resources");
  }
}
