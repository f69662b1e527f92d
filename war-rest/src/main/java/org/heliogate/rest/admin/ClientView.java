package org.heliogate.rest.admin;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKeys;
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
 * @param jwks its public keys; left out without {@code private_key_jwt}
 * @param tlsClientAuthSubjectDn the subject of its certificate; left out without {@code
 *     tls_client_auth}
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
    @Nullable @JsonRawValue String jwks,
    @Nullable String tlsClientAuthSubjectDn,
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
        client.keys().map(ClientKeys::json).orElse(null),
        client.authentication().contains(AuthenticationMethod.TLS_CLIENT_AUTH)
            ? client.tlsSubject().getName(X500Principal.RFC2253)
            : null,
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
