package org.heliogate.authz.workflow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.resource.ResourceName;

/**
 * A {@link RoleGrant} whose expressions have been replaced by one client's values.
 *
 * @param resourceServer the resource server's id
 * @param resource the resource's name or pattern, checked
 * @param scopes the resource server's verbs, at least one, in the document's order
 */
public record ExpandedGrant(String resourceServer, ResourceName resource, Set<String> scopes) {

  /** Takes an unmodifiable copy that keeps the order. */
  public ExpandedGrant {
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
  }

  /**
   * Expands a role's grants for one client, be it a device's or an application's. Grants that
   * become the same resource of the same resource server are joined.
   *
   * @return the grants in the order of the role
   * @throws ExpressionException if a template cannot be expanded; for an application, that is one
   *     that uses {@code device.id} or an attribute
   */
  public static List<ExpandedGrant> expand(
      Collection<RoleGrant> grants, ExpressionVariables variables) throws ExpressionException {
    Map<Target, Set<String>> scopes = new LinkedHashMap<>();
    for (RoleGrant grant : grants) {
      ResourceName resource = new ResourceName(grant.resource().expand(variables));
      scopes
          .computeIfAbsent(
              new Target(grant.resourceServer(), resource), target -> new LinkedHashSet<>())
          .addAll(grant.scopes());
    }
    List<ExpandedGrant> expanded = new ArrayList<>(scopes.size());
    scopes.forEach(
        (target, verbs) ->
            expanded.add(new ExpandedGrant(target.resourceServer(), target.resource(), verbs)));
    return List.copyOf(expanded);
  }

  private record Target(String resourceServer, ResourceName resource) {}
}
