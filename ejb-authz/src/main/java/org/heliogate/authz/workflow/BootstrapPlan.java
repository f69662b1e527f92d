package org.heliogate.authz.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one version of one workflow makes of one device: the target state, not the steps to it, so
 * that applying it again changes nothing.
 *
 * @param workflow the workflow's name
 * @param workflowVersion the workflow's version, from 1
 * @param deviceId the master ID
 * @param clients the device's clients with their expanded grants, in the document's order
 * @param parameters the derived parameters, expanded, in the document's order
 * @param returnPin whether the device gets its secure element's PIN
 */
public record BootstrapPlan(
    String workflow,
    int workflowVersion,
    String deviceId,
    List<PlannedClient> clients,
    Map<String, String> parameters,
    boolean returnPin) {

  /** Takes unmodifiable copies that keep the order. */
  public BootstrapPlan {
    clients = List.copyOf(clients);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** The names of the roles that the clients get, in the order of the clients. */
  public Set<String> roles() {
    Set<String> roles = new LinkedHashSet<>();
    clients.forEach(client -> roles.add(client.role()));
    return Collections.unmodifiableSet(roles);
  }

  /** The client of this name, if the workflow has one. */
  public Optional<PlannedClient> client(String name) {
    return clients.stream().filter(client -> client.name().equals(name)).findFirst();
  }

  /**
   * One client of the device.
   *
   * @param name the client's name in the workflow
   * @param role the role that it gets
   * @param authenticationMethods the token-endpoint methods that it may use
   * @param bearerAat whether AATs obtained by {@code client_otp} also work as plain Bearer
   * @param grants what the role allows this client, in the role's order
   */
  public record PlannedClient(
      String name,
      String role,
      List<String> authenticationMethods,
      boolean bearerAat,
      List<ExpandedGrant> grants) {

    /** Takes unmodifiable copies. */
    public PlannedClient {
      authenticationMethods = List.copyOf(authenticationMethods);
      grants = List.copyOf(grants);
    }
  }
}
