package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.uma.AskedPermission;
import org.heliogate.authz.uma.PermissionTickets;
import org.heliogate.authz.uma.RequestingPartyTokens;

/** The permission endpoint's service (UMA FedAuthz §4): a ticket for what a client has tried. */
@ApplicationScoped
public class PermissionRequests {

  private final ResourceServers servers;
  private final RegisteredResources resources;
  private final PermissionTickets tickets;

  /** A service over the registered resources. */
  @Inject
  public PermissionRequests(
      ResourceServers servers, RegisteredResources resources, PermissionTickets tickets) {
    this.servers = servers;
    this.resources = resources;
    this.tickets = tickets;
  }

  /**
   * A permission that a resource server asks for.
   *
   * @param resourceId which resource
   * @param scopes which verbs; empty for all that the client will have
   */
  public record Wanted(String resourceId, Set<String> scopes) {}

  /**
   * Seals a ticket. For resources that this node knows it costs no query, and in no case storage
   * until a client presents it.
   *
   * @param wanted 1 to {@link RequestingPartyTokens#MAX_PERMISSIONS} permissions
   * @throws RequestException {@link ErrorCode#INVALID_RESOURCE_ID} for a resource that is not this
   *     server's; {@link ErrorCode#INVALID_SCOPE} for a scope that its resource does not have;
   *     {@link ErrorCode#INVALID_REQUEST} for none or too many
   */
  public String ticket(Caller caller, List<Wanted> wanted) {
    ResourceServer server = CallingServer.of(servers, caller);
    if (wanted.isEmpty() || wanted.size() > RequestingPartyTokens.MAX_PERMISSIONS) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST,
          "ask for 1 to " + RequestingPartyTokens.MAX_PERMISSIONS + " permissions");
    }
    Map<String, Set<String>> asked = new TreeMap<>();
    wanted.forEach(
        one -> asked.merge(one.resourceId(), one.scopes(), PermissionRequests::together));
    Map<String, RegisteredResource> known =
        resources.find(server.id(), asked.keySet(), List.of()).stream()
            .collect(Collectors.toMap(RegisteredResource::id, Function.identity()));
    asked.forEach(
        (id, scopes) -> {
          RegisteredResource resource = known.get(id);
          if (resource == null) {
            throw new RequestException(
                ErrorCode.INVALID_RESOURCE_ID, "there is no such resource of this server");
          }
          if (!resource.scopes().containsAll(scopes)) {
            throw new RequestException(
                ErrorCode.INVALID_SCOPE, "the resource does not have all of these scopes");
          }
        });
    return tickets.issue(
        server.id(),
        asked.entrySet().stream()
            .map(one -> AskedPermission.byId(one.getKey(), one.getValue()))
            .toList(),
        null);
  }

  /** Asking for all once is asking for all. */
  private static Set<String> together(Set<String> some, Set<String> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return Set.of();
    }
    Set<String> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }
}
