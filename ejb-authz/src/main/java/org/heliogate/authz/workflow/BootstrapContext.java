package org.heliogate.authz.workflow;

import java.net.URI;
import java.util.Map;
import org.heliogate.authz.resource.NameSyntax;

/**
 * The device for which a bootstrap script is expanded, and what it needs to know of the
 * surroundings.
 *
 * @param deviceId the master ID, a {@link NameSyntax#IDENTIFIER}
 * @param attributes the device's attributes from its manifest; checked when a template uses them
 * @param clientIds the {@code client_id} of each of the workflow's clients of this device, by the
 *     client's name; needed only where a template uses {@code client.id}
 * @param resourceServerUris where devices reach each resource server, by its id; needed only where
 *     a template uses {@code resourceServers.ID.uri}
 */
public record BootstrapContext(
    String deviceId,
    Map<String, String> attributes,
    Map<String, String> clientIds,
    Map<String, URI> resourceServerUris) {

  /**
   * Takes unmodifiable copies.
   *
   * @throws IllegalArgumentException if the device ID does not match its alphabet
   */
  public BootstrapContext {
    NameSyntax.IDENTIFIER.require("a device id", deviceId);
    attributes = Map.copyOf(attributes);
    clientIds = Map.copyOf(clientIds);
    resourceServerUris = Map.copyOf(resourceServerUris);
  }

  /** Without the attributes, which are a device's own. */
  @Override
  public String toString() {
    return "BootstrapContext[" + deviceId + "]";
  }
}
