package org.heliogate.authz.workflow;

import java.util.Map;

/**
 * The values of the closed set of variables that a scope template may use: one scope of one
 * permission. They are checked when they are used.
 *
 * @param resourceName {@code resource.name}
 * @param scope {@code scope}, the server's verb
 * @param serverId {@code resource_server.id}
 * @param serverClientId {@code resource_server.client_id}, what the token has as its audience
 */
public record PermissionVariables(
    String resourceName, String scope, String serverId, String serverClientId) {

  /** The variables as the tree that a path such as {@code resource.name} walks. */
  Map<String, Object> tree() {
    return Map.of(
        "resource", Map.of("name", resourceName),
        "scope", scope,
        "resource_server", Map.of("id", serverId, "client_id", serverClientId));
  }
}
