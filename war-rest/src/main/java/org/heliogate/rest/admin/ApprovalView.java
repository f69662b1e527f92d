package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.heliogate.authz.policy.Approval;
import org.jspecify.annotations.Nullable;

/** An approval as operators see it; see {@link Approval} for the members. */
record ApprovalView(
    String id,
    String client,
    String resourceServer,
    String resource,
    List<String> scopes,
    String status,
    Instant requestedAt,
    Instant expiresAt,
    @Nullable Instant decidedAt,
    @Nullable String decidedBy,
    @Nullable String grant) {

  static ApprovalView of(Approval approval) {
    return new ApprovalView(
        approval.id(),
        approval.client(),
        approval.resourceServer(),
        approval.resource(),
        approval.scopes().stream().sorted().toList(),
        approval.status().name().toLowerCase(Locale.ROOT),
        approval.requestedAt(),
        approval.expiresAt(),
        approval.decidedAt(),
        approval.decidedBy(),
        approval.grant());
  }

  static String tag(Approval approval) {
    return Long.toString(approval.version());
  }
}
