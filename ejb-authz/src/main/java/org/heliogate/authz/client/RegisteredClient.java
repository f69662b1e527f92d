package org.heliogate.authz.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.heliogate.authz.device.Device;
import org.jspecify.annotations.Nullable;

/**
 * A client of the authorization server (RFC 6749 §2), as of one moment.
 *
 * @param clientId its identifier
 * @param username its name on every resource server; made here, never reused
 * @param name what people call it
 * @param kind what it is
 * @param device for {@link ClientKind#DEVICE} the device that it runs on, otherwise empty
 * @param workflow for {@link ClientKind#DEVICE} the workflow whose script made it
 * @param active whether it may be used at all
 * @param authentication the token endpoint methods that it may use
 * @param scope the scopes that it may ask for
 * @param aatBearer whether an AAT obtained by {@code client_otp} works as plain Bearer
 * @param returnPin whether its workflow gives the device its PIN
 * @param secretHash SHA-256 of the client secret, base64url; null without a secret
 * @param tokensFrom tokens issued before this moment are void
 * @param roles the names of its roles
 * @param createdAt when it was registered
 * @param version rises with each change
 * @param keys what it signs its assertions with, where an operator registered them
 * @param tlsSubjectDn the subject of its certificate in the form of RFC 4514; null for {@code
 *     CN=<username>}
 */
public record RegisteredClient(
    String clientId,
    String username,
    String name,
    ClientKind kind,
    Optional<Device> device,
    Optional<String> workflow,
    boolean active,
    Set<AuthenticationMethod> authentication,
    Set<String> scope,
    boolean aatBearer,
    boolean returnPin,
    @Nullable String secretHash,
    Instant tokensFrom,
    Set<String> roles,
    Instant createdAt,
    long version,
    Optional<ClientKeys> keys,
    @Nullable String tlsSubjectDn) {

  /** The subject that a certificate must have to authenticate the client (RFC 8705 §2.1.2). */
  public X500Principal tlsSubject() {
    return new X500Principal(tlsSubjectDn == null ? "CN=" + username : tlsSubjectDn);
  }

  /** Never shows the hash of the secret. */
  @Override
  public String toString() {
    return "RegisteredClient[" + clientId + "]";
  }
}
