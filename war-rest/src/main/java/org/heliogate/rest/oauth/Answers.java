package org.heliogate.rest.oauth;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The successful answers of the protocol endpoints. */
final class Answers {

  private Answers() {}

  /** JSON that bears a secret: no cache may keep it (RFC 6749 §5.1). */
  static Response secret(Object entity) {
    return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
