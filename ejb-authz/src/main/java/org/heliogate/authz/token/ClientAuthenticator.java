package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.OneTimePasswords;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Digests;

/** The check of client credentials (RFC 6749 §2.3). Every failure looks the same. */
@ApplicationScoped
public class ClientAuthenticator {

  private static final String NO_HASH = Digests.sha256("no client has this secret");

  private final ClientDirectory clients;
  private final OneTimePasswords oneTimePasswords;

  /** An authenticator of the registered clients. */
  @Inject
  public ClientAuthenticator(ClientDirectory clients, OneTimePasswords oneTimePasswords) {
    this.clients = clients;
    this.oneTimePasswords = oneTimePasswords;
  }

  /**
   * Proves who a client is.
   *
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT} for an unknown or revoked client, a
   *     method that it may not use, a wrong secret, a replayed one-time password or a device that
   *     may not take part
   */
  public RegisteredClient authenticate(ClientCredentials credentials) {
    Optional<RegisteredClient> client =
        clients
            .find(credentials.clientId())
            .filter(found -> found.authentication().contains(credentials.method()));
    boolean proven =
        credentials.method().usesSecret()
            ? secretMatches(client, credentials.proof())
            : passwordMatches(client, credentials.proof());
    return client
        .filter(found -> proven && mayTakePart(found))
        .orElseThrow(
            () -> new RequestException(ErrorCode.INVALID_CLIENT, "client authentication failed"));
  }

  /** Whether a client, and the device that it runs on, may be used at all. */
  static boolean mayTakePart(RegisteredClient client) {
    return client.active()
        && client.device().map(device -> device.standing() == Standing.ACTIVE).orElse(true);
  }

  private static boolean secretMatches(Optional<RegisteredClient> client, String secret) {
    String expected = client.map(RegisteredClient::secretHash).orElse(NO_HASH);
    return Digests.equal(expected, Digests.sha256(secret)) && client.isPresent();
  }

  private boolean passwordMatches(Optional<RegisteredClient> client, String password) {
    return client
        .flatMap(RegisteredClient::device)
        .map(Device::masterId)
        .map(
            masterId -> oneTimePasswords.spend(masterId, client.orElseThrow().clientId(), password))
        .orElse(false);
  }
}
