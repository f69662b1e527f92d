package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.Rights;
import org.heliogate.authz.policy.ApprovalRequests;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.TemplateExpression;

/**
 * Where a client without a right asks an operator for it, if the resource server's policy lets it:
 * for what is registered there, is not refused, and can be granted as it is named. Everything else
 * is simply denied, so that nobody learns or stores anything by asking.
 */
@ApplicationScoped
class ApprovalDesk {

  private static final int MAX_SCOPES = 16;

  private final ResourceServers servers;
  private final RegisteredResources resources;
  private final Entitlements entitlements;
  private final ApprovalRequests requests;

  @Inject
  ApprovalDesk(
      ResourceServers servers,
      RegisteredResources resources,
      Entitlements entitlements,
      ApprovalRequests requests) {
    this.servers = servers;
    this.resources = resources;
    this.entitlements = entitlements;
    this.requests = requests;
  }

  /**
   * Asks for what a ticket is about.
   *
   * @param further scopes that the client asks for itself, for each resource of the ticket
   * @return whether it waits for an operator
   */
  boolean submit(
      RegisteredClient client,
      ResourceServer server,
      List<AskedPermission> asked,
      Set<String> further) {
    if (server.approvals() != ApprovalPolicy.OPERATOR) {
      return false;
    }
    Map<String, Set<String>> wanted = new TreeMap<>();
    Rights rights = entitlements.of(client, server.id());
    List<RegisteredResource> registered = registered(server, asked);
    for (AskedPermission one : asked) {
      for (RegisteredResource resource : registered) {
        if (resource.id().equals(one.id()) || resource.name().equals(one.name())) {
          Set<String> scopes = scopes(server, resource, Assessment.wanted(one, further), rights);
          if (!scopes.isEmpty() && grantable(server, resource.name())) {
            wanted.put(resource.name(), scopes);
          }
        }
      }
    }
    return !wanted.isEmpty() && requests.ask(client.clientId(), server.id(), wanted);
  }

  private List<RegisteredResource> registered(
      ResourceServer server, Collection<AskedPermission> asked) {
    Set<String> ids = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (AskedPermission one : asked) {
      if (one.id() != null) {
        ids.add(one.id());
      }
      if (one.name() != null) {
        names.add(one.name());
      }
    }
    return resources.find(server.id(), ids, names);
  }

  /** What an operator could approve of it; nothing if part of what is wanted is refused. */
  private Set<String> scopes(
      ResourceServer server, RegisteredResource resource, Set<String> wanted, Rights rights) {
    Set<String> refused = rights.refused(resource.name());
    Set<String> scopes = new TreeSet<>(wanted.isEmpty() ? resource.scopes() : wanted);
    if (wanted.isEmpty()) {
      scopes.removeAll(refused);
    }
    boolean possible =
        scopes.size() <= MAX_SCOPES
            && scopes.stream().noneMatch(refused::contains)
            && servers.scopes(server.id()).orElse(resource.scopes()).containsAll(scopes);
    return possible ? scopes : Set.of();
  }

  /** Whether a grant can name the resource: its server may have given it any name. */
  private boolean grantable(ResourceServer server, String name) {
    try {
      return TemplateExpression.parse(name, TemplateExpression.Use.RESOURCE).variables().isEmpty()
          && servers.syntax(server.id()).fault(name).isEmpty();
    } catch (ExpressionException e) {
      return false;
    }
  }
}
