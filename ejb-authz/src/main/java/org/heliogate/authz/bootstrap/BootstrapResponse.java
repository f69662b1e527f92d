package org.heliogate.authz.bootstrap;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.jspecify.annotations.Nullable;

/**
 * What a device gets for its initial bootstrap (D3.4.2 §3.2, step 5).
 *
 * @param deviceId its master ID
 * @param pin the PIN of its secure element; null unless a workflow returns it
 * @param clients its clients, in the order of the scripts
 * @param parameters the derived parameters
 * @param resourceServers the ids and types of the resource servers that its clients may use
 */
public record BootstrapResponse(
    String deviceId,
    @Nullable String pin,
    List<Client> clients,
    Map<String, String> parameters,
    Map<String, String> resourceServers) {

  /** Never shows the PIN or a secret. */
  @Override
  public String toString() {
    return "BootstrapResponse[" + deviceId + "]";
  }

  /**
   * One client of the device.
   *
   * @param workflow the workflow whose script made it
   * @param name its name there
   * @param role its role
   * @param clientId its identifier
   * @param authentication the token endpoint methods that it may use
   * @param clientSecret its new secret; null where no method needs one
   */
  public record Client(
      String workflow,
      String name,
      String role,
      String clientId,
      Set<AuthenticationMethod> authentication,
      @Nullable String clientSecret) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Client[" + clientId + "]";
    }
  }
}
