package org.heliogate.authz.resource;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A resource as its server or a grant has registered it (UMA FedAuthz §3.1).
 *
 * @param id its identifier
 * @param name its name or pattern
 * @param type its kind in its server's words; null if its server did not say
 * @param scopes the verbs that it knows
 * @param description for people; null if its server did not say
 * @param iconUri a picture of it; null if its server did not say
 */
public record RegisteredResource(
    String id,
    String name,
    @Nullable String type,
    Set<String> scopes,
    @Nullable String description,
    @Nullable String iconUri) {}
