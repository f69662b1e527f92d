package org.heliogate.authz.grant;

import java.util.Set;

/**
 * What one client may, or may not, do with one resource.
 *
 * @param resourceServer where it holds
 * @param resource the resource's name or pattern
 * @param scopes the server's verbs
 * @param effect whether they are allowed or refused; a refusal wins
 */
public record Entitlement(
    String resourceServer, String resource, Set<String> scopes, Effect effect) {}
