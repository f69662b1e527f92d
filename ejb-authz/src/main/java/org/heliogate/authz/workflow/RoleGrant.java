package org.heliogate.authz.workflow;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.heliogate.authz.resource.NameSyntax;

/**
 * One right of a role: scopes on a resource, or on a pattern of resources, of one resource server.
 * Two grants are equal whatever the order of their scopes.
 *
 * @param resourceServer the resource server's id, a {@link NameSyntax#LABEL}
 * @param resource the resource's name, with expressions; of {@link TemplateExpression.Use#RESOURCE}
 * @param scopes the resource server's verbs, at least one, in the document's order
 */
public record RoleGrant(String resourceServer, TemplateExpression resource, Set<String> scopes) {

  /**
   * Takes an unmodifiable copy that keeps the order.
   *
   * @throws IllegalArgumentException if a name is not in its alphabet, the template is no
   *     resource's or there is no scope
   */
  public RoleGrant {
    NameSyntax.LABEL.require("a resource server's id", resourceServer);
    Objects.requireNonNull(resource);
    if (resource.use() != TemplateExpression.Use.RESOURCE) {
      throw new IllegalArgumentException("a grant's template is a resource's");
    }
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("a grant has at least one scope");
    }
    scopes.forEach(scope -> NameSyntax.SCOPE.require("a scope", scope));
  }
}
