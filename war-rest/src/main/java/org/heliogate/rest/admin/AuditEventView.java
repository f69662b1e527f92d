package org.heliogate.rest.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.rest.wire.JsonMapper;

/** An audit event as operators see it. */
record AuditEventView(
    long id,
    Instant createdAt,
    String action,
    String outcome,
    String actor,
    String subject,
    long occurrences,
    JsonNode details) {

  static AuditEventView of(AuditRow row) {
    return new AuditEventView(
        row.id(),
        row.createdAt(),
        row.action(),
        row.outcome(),
        row.actor(),
        row.subject(),
        row.occurrences(),
        details(row.details()));
  }

  private static JsonNode details(String json) {
    try {
      return JsonMapper.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the details of an audit event are no JSON", e);
    }
  }
}
