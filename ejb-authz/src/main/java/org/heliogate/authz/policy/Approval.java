package org.heliogate.authz.policy;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked for and an operator is to decide (UMA 2.0 Grant §3.3.6, {@code
 * request_submitted}).
 *
 * @param id its identifier
 * @param client who asks
 * @param resourceServer where
 * @param resource the resource's name
 * @param scopes which verbs
 * @param status what has become of it
 * @param requestedAt since when
 * @param expiresAt when it is forgotten
 * @param decidedAt when it was decided; null while it is pending
 * @param decidedBy the operator; null while it is pending
 * @param grant the grant that the approval has made, which may be gone since; null without one
 * @param version rises with each change
 */
public record Approval(
    String id,
    String client,
    String resourceServer,
    String resource,
    Set<String> scopes,
    Status status,
    Instant requestedAt,
    Instant expiresAt,
    @Nullable Instant decidedAt,
    @Nullable String decidedBy,
    @Nullable String grant,
    long version) {

  /** What has become of a request. */
  public enum Status {
    /** Nobody has decided. */
    PENDING,
    /** It was granted. */
    APPROVED,
    /** It was refused; asking again is in vain until it is forgotten. */
    DENIED
  }

  /** Takes an unmodifiable copy of the scopes. */
  public Approval {
    scopes = Set.copyOf(scopes);
  }
}
