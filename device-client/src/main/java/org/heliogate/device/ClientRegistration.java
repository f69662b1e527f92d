package org.heliogate.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client that the bootstrap created for the device (D3.4.2 §3.2 step 5).
 *
 * @param workflow the workflow it takes part in
 * @param name its name in the workflow
 * @param role its role there
 * @param clientId its ID at the authorization server
 * @param tokenEndpointAuthMethods the ways it may authenticate
 * @param clientSecret its secret; {@code null} where no method needs one
 */
public record ClientRegistration(
    String workflow,
    String name,
    String role,
    String clientId,
    List<String> tokenEndpointAuthMethods,
    @Nullable String clientSecret) {

  /** Workflow and name, which together are unique on the device. */
  public String qualifiedName() {
    return workflow + "." + name;
  }

  @Override
  public String toString() {
    return "ClientRegistration[" + qualifiedName() + ", " + clientId + "]";
  }
}
