package org.heliogate.authz.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.ExpressionVariables;
import org.heliogate.authz.workflow.RoleGrant;

/**
 * Who may do what: a client's roles, with their templates expanded for this client. Roles are kept
 * in memory; there are few, however many clients there are.
 */
@ApplicationScoped
public class Entitlements {

  private static final int MAX_ROLES = 10_000;

  private final RoleStore store;
  private final Cache<String, Role> roles = Caffeine.newBuilder().maximumSize(MAX_ROLES).build();

  /** The entitlements that the stored roles give. */
  @Inject
  public Entitlements(RoleStore store) {
    this.store = store;
  }

  /** What a client may do on one resource server, by resource, in the order of their names. */
  public List<Entitlement> of(RegisteredClient client, String resourceServer) {
    return of(client).stream()
        .filter(entitlement -> entitlement.resourceServer().equals(resourceServer))
        .toList();
  }

  /**
   * All that a client may do. A template that cannot be expanded for this client, such as a
   * device's topic for an application without device, gives nothing.
   */
  public List<Entitlement> of(RegisteredClient client) {
    return expand(client, roles.getAll(client.roles(), names -> store.loadAll(Set.copyOf(names))));
  }

  /** All that each of these clients may do as stored now, past this node's memory. Two queries. */
  public Map<String, List<Entitlement>> storedNow(Collection<RegisteredClient> clients) {
    Set<String> names = new TreeSet<>();
    clients.forEach(client -> names.addAll(client.roles()));
    Map<String, Role> stored = store.loadAll(names);
    Map<String, List<Entitlement>> entitlements = new HashMap<>();
    clients.forEach(client -> entitlements.put(client.clientId(), expand(client, stored)));
    return entitlements;
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.ROLE) {
      roles.invalidate(notice.subject());
    }
  }

  private static List<Entitlement> expand(RegisteredClient client, Map<String, Role> roles) {
    Map<String, Map<String, Set<String>>> byServer = new TreeMap<>();
    for (String name : client.roles()) {
      Role role = roles.get(name);
      if (role != null) {
        for (RoleGrant grant : role.grants()) {
          expand(grant, client, role)
              .ifPresent(
                  resource ->
                      byServer
                          .computeIfAbsent(grant.resourceServer(), id -> new TreeMap<>())
                          .computeIfAbsent(resource, id -> new TreeSet<>())
                          .addAll(grant.scopes()));
        }
      }
    }
    List<Entitlement> entitlements = new ArrayList<>();
    byServer.forEach(
        (server, resources) ->
            resources.forEach(
                (resource, scopes) -> entitlements.add(new Entitlement(server, resource, scopes))));
    return List.copyOf(entitlements);
  }

  private static Optional<String> expand(RoleGrant grant, RegisteredClient client, Role role) {
    try {
      return Optional.of(
          grant
              .resource()
              .expand(
                  new ExpressionVariables(
                      client.device().map(Device::masterId).orElse(null),
                      client.device().map(Device::attributes).orElse(Map.of()),
                      client.clientId(),
                      client.name(),
                      role.workflow(),
                      role.workflowVersion(),
                      Map.of())));
    } catch (ExpressionException e) {
      return Optional.empty();
    }
  }
}
