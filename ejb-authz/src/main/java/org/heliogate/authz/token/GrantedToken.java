package org.heliogate.authz.token;

import java.time.Duration;
import java.util.Set;

/**
 * A token that a client gets for its credentials, the only moment at which its value is at hand.
 *
 * @param value the whole token, a secret
 * @param scope what it is good for
 * @param lifetime how long it is valid
 */
public record GrantedToken(String value, Set<String> scope, Duration lifetime) {
  /** Never shows the token. */
  @Override
  public String toString() {
    return "GrantedToken[" + scope + "]";
  }
}
