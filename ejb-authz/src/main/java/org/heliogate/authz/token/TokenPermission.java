package org.heliogate.authz.token;

import java.util.Set;

/**
 * A permission in a requesting party token (UMA FedAuthz §5.1.1).
 *
 * @param resourceId the resource's identifier
 * @param resourceName its name on its server
 * @param scopes what the token allows there, at least one
 */
public record TokenPermission(String resourceId, String resourceName, Set<String> scopes) {}
