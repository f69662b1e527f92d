package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.jspecify.annotations.Nullable;

/**
 * A client as operators see it.
 *
 * @param clientSecret its secret, only in the answer that makes it
 * @param device the master ID of the device that it runs on; left out for others
 * @param workflow the workflow whose script made it; left out for others
 * @param scope the scopes that it may ask for, space-delimited
 */
record ClientView(
    String clientId,
    @Nullable String clientSecret,
    String username,
    String name,
    String kind,
    @Nullable String device,
    @Nullable String workflow,
    List<String> roles,
    List<String> authentication,
    String scope,
    Instant createdAt) {

  static ClientView of(RegisteredClient client) {
    return of(client, null);
  }

  static ClientView of(RegisteredClient client, @Nullable String secret) {
    return new ClientView(
        client.clientId(),
        secret,
        client.username(),
        client.name(),
        client.kind().name().toLowerCase(Locale.ROOT),
        client.device().map(Device::masterId).orElse(null),
        client.workflow().orElse(null),
        client.roles().stream().sorted().toList(),
        client.authentication().stream().map(AuthenticationMethod::wireName).sorted().toList(),
        client.scope().stream().sorted().collect(Collectors.joining(" ")),
        client.createdAt());
  }

  static String tag(RegisteredClient client) {
    return Long.toString(client.version());
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "ClientView[" + clientId + "]";
  }
}
