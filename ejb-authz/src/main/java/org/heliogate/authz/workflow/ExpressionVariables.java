package org.heliogate.authz.workflow;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.heliogate.authz.resource.NameSyntax;
import org.jspecify.annotations.Nullable;

/**
 * The values of the closed set of variables that a template may use. What is null or absent has no
 * value: a template that needs it cannot be expanded. The values are checked when they are used,
 * not here, so that a device with an attribute that no template uses is not refused for it.
 *
 * @param deviceId {@code device.id}, the master ID; null where there is no device, as for an
 *     application
 * @param deviceAttributes {@code device.attributes.NAME}, from the manifest
 * @param clientId {@code client.id}; null where no single client is meant
 * @param clientName {@code client.name}; null where no single client is meant
 * @param workflowName {@code workflow.name}
 * @param workflowVersion {@code workflow.version}, from 1
 * @param resourceServerUris {@code resourceServers.ID.uri}, by resource server id
 */
public record ExpressionVariables(
    @Nullable String deviceId,
    Map<String, String> deviceAttributes,
    @Nullable String clientId,
    @Nullable String clientName,
    String workflowName,
    int workflowVersion,
    Map<String, URI> resourceServerUris) {

  /**
   * Takes unmodifiable copies.
   *
   * @throws IllegalArgumentException if the workflow's name is no {@link NameSyntax#LABEL} or its
   *     version is less than 1
   */
  public ExpressionVariables {
    NameSyntax.LABEL.require("a workflow's name", workflowName);
    if (workflowVersion < 1) {
      throw new IllegalArgumentException("a workflow's version is at least 1");
    }
    deviceAttributes = Map.copyOf(deviceAttributes);
    resourceServerUris = Map.copyOf(resourceServerUris);
  }

  /** Without the values, which are a device's. */
  @Override
  public String toString() {
    return "ExpressionVariables[" + workflowName + " " + workflowVersion + "]";
  }

  /** The variables as the tree that a path such as {@code device.attributes.site} walks. */
  Map<String, Object> tree() {
    Map<String, Object> device = new HashMap<>();
    put(device, "id", deviceId);
    device.put("attributes", deviceAttributes);
    Map<String, Object> client = new HashMap<>();
    put(client, "id", clientId);
    put(client, "name", clientName);
    Map<String, Object> servers = new HashMap<>();
    resourceServerUris.forEach((id, uri) -> servers.put(id, Map.of("uri", uri.toASCIIString())));
    return Map.of(
        "device", device,
        "client", client,
        "workflow", Map.of("name", workflowName, "version", Integer.toString(workflowVersion)),
        "resourceServers", servers);
  }

  private static void put(Map<String, Object> scope, String name, @Nullable String value) {
    if (value != null) {
      scope.put(name, value);
    }
  }
}
