package org.heliogate.authz.grant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.ExpressionVariables;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.heliogate.spi.ResourceSyntax;

/**
 * The grants of one client at one moment, with their templates expanded for it, joined by resource.
 * A template that cannot be expanded for this client, such as a device's topic for an application
 * without device, gives nothing.
 */
final class Expansion {

  /** The end of time: nothing changes by itself. */
  static final Instant NEVER = Instant.MAX;

  private static final String NO_WORKFLOW = "none";

  private final RegisteredClient client;
  private final Instant now;
  private final Map<String, Map<Effect, Map<String, Set<String>>>> byServer = new TreeMap<>();
  private Instant nextBound = NEVER;

  Expansion(RegisteredClient client, Instant now) {
    this.client = client;
    this.now = now;
  }

  /** Adds what a role gives by its workflow. */
  void addRole(Role role) {
    ExpressionVariables variables = variables(role.workflow(), role.workflowVersion());
    for (RoleGrant grant : role.grants()) {
      add(grant.resourceServer(), grant.resource(), grant.scopes(), Effect.ALLOW, variables);
    }
  }

  /** Adds what operators granted to a role. */
  void addRoleGrants(Role role, Collection<Grant> grants) {
    add(grants, variables(role.workflow(), role.workflowVersion()));
  }

  /** Adds what operators granted to the client itself, which uses no workflow's variables. */
  void addOwn(Collection<Grant> grants) {
    add(grants, variables(NO_WORKFLOW, 1));
  }

  /** The first moment at which time changes something; {@link #NEVER} if it does not. */
  Instant nextBound() {
    return nextBound;
  }

  /** Everything, refusals included. */
  List<Entitlement> entitlements() {
    List<Entitlement> entitlements = new ArrayList<>();
    byServer.forEach(
        (server, effects) ->
            effects.forEach(
                (effect, resources) ->
                    resources.forEach(
                        (resource, scopes) ->
                            entitlements.add(new Entitlement(server, resource, scopes, effect)))));
    return List.copyOf(entitlements);
  }

  /** The rights on each resource server. */
  Map<String, Rights> rights(Function<String, ResourceSyntax> syntaxes) {
    Map<String, Rights> rights = new TreeMap<>();
    byServer.forEach(
        (server, effects) ->
            rights.put(
                server,
                new Rights(
                    effects.getOrDefault(Effect.ALLOW, Map.of()),
                    effects.getOrDefault(Effect.DENY, Map.of()),
                    () -> syntaxes.apply(server))));
    return rights;
  }

  /** How many resources are named, on all servers. */
  int size() {
    return byServer.values().stream()
        .flatMap(effects -> effects.values().stream())
        .mapToInt(Map::size)
        .sum();
  }

  private void add(Collection<Grant> grants, ExpressionVariables variables) {
    for (Grant grant : grants) {
      Optional<Instant> bound = grant.nextBound(now);
      if (bound.isPresent() && bound.get().isBefore(nextBound)) {
        nextBound = bound.get();
      }
      if (grant.inForce(now)) {
        add(grant.resourceServer(), grant.resource(), grant.scopes(), grant.effect(), variables);
      }
    }
  }

  private void add(
      String server,
      TemplateExpression template,
      Set<String> scopes,
      Effect effect,
      ExpressionVariables variables) {
    expand(template, variables)
        .ifPresent(
            resource ->
                byServer
                    .computeIfAbsent(server, id -> new EnumMap<>(Effect.class))
                    .computeIfAbsent(effect, id -> new TreeMap<>())
                    .computeIfAbsent(resource, id -> new TreeSet<>())
                    .addAll(scopes));
  }

  private static Optional<String> expand(
      TemplateExpression template, ExpressionVariables variables) {
    try {
      return Optional.of(template.expand(variables));
    } catch (ExpressionException e) {
      return Optional.empty();
    }
  }

  private ExpressionVariables variables(String workflow, int version) {
    return new ExpressionVariables(
        client.device().map(Device::masterId).orElse(null),
        client.device().map(Device::attributes).orElse(Map.of()),
        client.clientId(),
        client.name(),
        workflow,
        version,
        Map.of());
  }
}
