package org.heliogate.authz.policy;

import java.time.Instant;
import java.util.Set;
import org.heliogate.authz.grant.Effect;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to grant or refuse, before it is checked.
 *
 * @param client whom, by client id; null for a role's
 * @param role which role's clients; null for a single client's
 * @param resourceServer where
 * @param resource the resource's name, pattern or template
 * @param scopes the server's verbs
 * @param effect whether they are allowed or refused
 * @param notBefore from when on; null for at once
 * @param notAfter until when; null for ever
 */
public record GrantTerms(
    @Nullable String client,
    @Nullable String role,
    String resourceServer,
    String resource,
    Set<String> scopes,
    Effect effect,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter) {}
