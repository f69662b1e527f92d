package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.heliogate.authz.grant.Grant;
import org.jspecify.annotations.Nullable;

/** A grant as operators see it; see {@link Grant} for the members. */
record GrantView(
    String id,
    @Nullable String client,
    @Nullable String role,
    String resourceServer,
    String resource,
    List<String> scopes,
    String effect,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    String createdBy,
    Instant createdAt) {

  static GrantView of(Grant grant) {
    return new GrantView(
        grant.id(),
        grant.client(),
        grant.role(),
        grant.resourceServer(),
        grant.resource().text(),
        grant.scopes().stream().sorted().toList(),
        grant.effect().name().toLowerCase(Locale.ROOT),
        grant.notBefore(),
        grant.notAfter(),
        grant.createdBy(),
        grant.createdAt());
  }

  static String tag(Grant grant) {
    return Long.toString(grant.version());
  }
}
