package org.heliogate.authz.token;

import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;

/**
 * Who makes a request, once that is proven.
 *
 * @param client the client
 * @param scope what the token is good for; empty where the client authenticated itself
 * @param proof how it was proven
 */
public record Caller(RegisteredClient client, Set<String> scope, Proof proof) {

  /** How a caller proves who it is. */
  public enum Proof {
    /** By its own credentials at the token endpoint. */
    CLIENT_AUTHENTICATION,
    /** By showing an AAT (RFC 6750). */
    BEARER,
    /** By a one-time password made from an AAT, which was not shown (D3.4.2 §4). */
    AAT_OTP
  }
}
