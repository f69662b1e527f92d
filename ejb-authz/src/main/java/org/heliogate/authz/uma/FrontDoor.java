package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceName;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.Caller;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * The front door of the resource proxies (D3.4.2 §4, getCredentials): answers every request for
 * access with a ticket and the ways in which the resource server lets clients in.
 */
@ApplicationScoped
public class FrontDoor {

  private final ResourceServers servers;
  private final PermissionTickets tickets;

  /** The door to the registered resource servers. */
  @Inject
  public FrontDoor(ResourceServers servers, PermissionTickets tickets) {
    this.servers = servers;
    this.tickets = tickets;
  }

  /**
   * What a client must redeem, and how it can log in afterwards.
   *
   * @param ticket the sealed ticket
   * @param server the resource server
   * @param profiles its security profiles, best first; none for a server without a proxy
   */
  public record Challenge(String ticket, ResourceServer server, List<SecurityProfile> profiles) {}

  /**
   * Answers a request for access.
   *
   * @param serverId the resource server
   * @param resource what access is asked for; null for all that the client may use
   * @param scopes the verbs asked for; empty for all
   * @param caller who asks, if that is proven; the ticket is then good for that client only
   * @throws RequestException {@link ErrorCode#NOT_FOUND} for an unknown server; {@link
   *     ErrorCode#INVALID_REQUEST} for a name that no resource can have
   */
  public Challenge challenge(
      String serverId, @Nullable String resource, Set<String> scopes, Optional<Caller> caller) {
    ResourceServer server =
        servers
            .find(serverId)
            .orElseThrow(
                () ->
                    new RequestException(ErrorCode.NOT_FOUND, "there is no such resource server"));
    if (resource != null) {
      ResourceName.refusal(resource)
          .ifPresent(
              reason -> {
                throw new RequestException(ErrorCode.INVALID_REQUEST, reason);
              });
    }
    if (scopes.size() > 16 || !scopes.stream().allMatch(NameSyntax.SCOPE::matches)) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "scope is malformed");
    }
    String client = caller.map(known -> known.client().clientId()).orElse(null);
    return new Challenge(
        tickets.issue(serverId, List.of(AskedPermission.byName(resource, scopes)), client),
        server,
        servers.securityProfiles(server));
  }
}
