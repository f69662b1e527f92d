package org.heliogate.authz.grant;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;

/**
 * What an operator granted, or refused, to one client or to all clients with a role.
 *
 * @param id its identifier
 * @param client whom, by client id; null for a role's
 * @param role which role's clients; null for a single client's
 * @param resourceServer where it holds
 * @param resource the resource's name or pattern, with expressions
 * @param scopes the server's verbs, at least one
 * @param effect whether they are allowed or refused
 * @param notBefore from when on, that moment included; null for always
 * @param notAfter until when, that moment excluded; null for ever
 * @param createdBy the operator
 * @param createdAt when it was made
 * @param version rises with each change
 */
public record Grant(
    String id,
    @Nullable String client,
    @Nullable String role,
    String resourceServer,
    TemplateExpression resource,
    Set<String> scopes,
    Effect effect,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    String createdBy,
    Instant createdAt,
    long version) {

  /** Takes an unmodifiable copy of the scopes. */
  public Grant {
    scopes = Set.copyOf(scopes);
  }

  /** Whether it holds at that moment. */
  public boolean inForce(Instant now) {
    return (notBefore == null || !notBefore.isAfter(now))
        && (notAfter == null || notAfter.isAfter(now));
  }

  /** The first moment after {@code now} at which that changes; empty if it never does. */
  public Optional<Instant> nextBound(Instant now) {
    return nextBound(notBefore, notAfter, now);
  }

  /** The first of two bounds, each null for none, that is still to come. */
  public static Optional<Instant> nextBound(
      @Nullable Instant notBefore, @Nullable Instant notAfter, Instant now) {
    if (notBefore != null && notBefore.isAfter(now)) {
      return Optional.of(notBefore);
    }
    return notAfter != null && notAfter.isAfter(now) ? Optional.of(notAfter) : Optional.empty();
  }
}
