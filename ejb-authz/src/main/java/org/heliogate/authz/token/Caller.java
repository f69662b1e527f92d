package org.heliogate.authz.token;

import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, once that is proven.
 *
 * @param client the client
 * @param scope what the token is good for; empty where the client authenticated itself
 * @param proof how it was proven
 * @param confirmation what the token is bound to, which was proven too; null if to nothing
 */
public record Caller(
    RegisteredClient client, Set<String> scope, Proof proof, @Nullable Confirmation confirmation) {

  /** How a caller proves who it is. */
  public enum Proof {
    /** By its own credentials at the token endpoint. */
    CLIENT_AUTHENTICATION(false),
    /** By showing a token that is bound to nothing (RFC 6750). */
    BEARER(false),
    /** By a one-time password made from an AAT, which was not shown (D3.4.2 §4). */
    AAT_OTP(true),
    /** By showing a token that is bound to a key, with a proof of that key (RFC 9449 §7.1). */
    DPOP(true),
    /** By showing a token that is bound to the certificate of the connection (RFC 8705 §3). */
    CERTIFICATE(true);

    private final boolean ofPossession;

    Proof(boolean ofPossession) {
      this.ofPossession = ofPossession;
    }

    /** Whether it takes more than having read the token somewhere. */
    public boolean isOfPossession() {
      return ofPossession;
    }
  }
}
