package org.heliogate.authz.token;

import org.heliogate.authz.client.AuthenticationMethod;

/**
 * What a client shows at the token endpoint to prove who it is (RFC 6749 §2.3).
 *
 * @param method the way in which it is shown
 * @param clientId who it says it is
 * @param proof the client secret, or {@code <counter>.<mac>} for {@code client_otp}
 */
public record ClientCredentials(AuthenticationMethod method, String clientId, String proof) {
  /** Never shows the proof. */
  @Override
  public String toString() {
    return "ClientCredentials[" + method + ", " + clientId + "]";
  }
}
