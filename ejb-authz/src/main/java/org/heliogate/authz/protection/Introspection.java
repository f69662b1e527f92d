package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.TokenPermission;
import org.heliogate.authz.uma.Assessment;
import org.heliogate.authz.uma.TokenScopes;

/**
 * The introspection endpoint's service (RFC 7662, UMA FedAuthz §5): what a token is good for at
 * this moment. Memory alone is asked.
 */
@ApplicationScoped
public class Introspection {

  private final LiveTokens tokens;
  private final ResourceServers servers;
  private final Assessment assessment;
  private final TokenScopes tokenScopes;

  /** An introspection of the given tokens. */
  @Inject
  public Introspection(
      LiveTokens tokens, ResourceServers servers, Assessment assessment, TokenScopes tokenScopes) {
    this.tokens = tokens;
    this.servers = servers;
    this.assessment = assessment;
    this.tokenScopes = tokenScopes;
  }

  /**
   * A token that is good.
   *
   * @param token the token
   * @param permissions what an RPT still allows; empty for other tokens
   * @param scope what the token is good for; of an RPT what its permissions are called at its
   *     resource server, empty where that has no template
   */
  public record Active(LiveToken token, List<TokenPermission> permissions, Set<String> scope) {}

  /**
   * Looks at a token. A resource server learns of RPTs that are for it, of its own PATs and of
   * AATs; an administrator of all tokens.
   *
   * @return empty for a token that is not good, allows nothing any more, or is none of the caller's
   *     business
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT} if the caller is neither
   */
  public Optional<Active> inspect(RegisteredClient caller, String value) {
    if (caller.kind() != ClientKind.RESOURCE_SERVER && caller.kind() != ClientKind.ADMIN) {
      throw new RequestException(
          ErrorCode.INVALID_CLIENT, "only resource servers and administrators may introspect");
    }
    return tokens.find(value).filter(token -> concerns(caller, token)).flatMap(this::active);
  }

  private static boolean concerns(RegisteredClient caller, LiveToken token) {
    if (caller.kind() == ClientKind.ADMIN) {
      return true;
    }
    return switch (token.kind()) {
      case AAT -> token.client().kind() != ClientKind.ADMIN;
      case PAT -> token.client().clientId().equals(caller.clientId());
      case RPT -> caller.clientId().equals(token.audience());
    };
  }

  private Optional<Active> active(LiveToken token) {
    String audience = token.audience();
    if (token.kind() != LiveToken.Kind.RPT || audience == null) {
      return Optional.of(new Active(token, List.of(), token.scope()));
    }
    Optional<ResourceServer> server = servers.ofAudience(audience);
    return server
        .map(known -> active(token, known, assessment.stillGranted(token, known)))
        .filter(active -> !active.permissions().isEmpty());
  }

  private Active active(LiveToken token, ResourceServer server, List<TokenPermission> permissions) {
    return new Active(token, permissions, tokenScopes.present(server, permissions));
  }
}
