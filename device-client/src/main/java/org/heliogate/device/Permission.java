package org.heliogate.device;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The server's word on a request for permission (D3.4.2 §3.3, {@code getPermission}). */
public sealed interface Permission {

  /**
   * Granted, and enforced by the resource server already.
   *
   * @param token the requesting party token; a secret
   * @param rights what it allows
   * @param expiresAt when the token ends; the right itself may last longer
   */
  record Granted(String token, List<Right> rights, Instant expiresAt) implements Permission {

    @Override
    public String toString() {
      return "Granted[" + rights + ", until " + expiresAt + "]";
    }
  }

  /** Denied: there is no grant for it. */
  record Denied() implements Permission {}

  /**
   * Not decided or not enforced yet: ask again later.
   *
   * @param reason {@code enforcement} or {@code approval}
   */
  record Pending(String reason) implements Permission {}

  /**
   * One resource and what may be done with it.
   *
   * @param resource its name
   * @param scopes the server's verbs, for example {@code publish}
   */
  record Right(String resource, Set<String> scopes) {}
}
