package org.heliogate.rest.oauth;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.heliogate.authz.token.Confirmation;
import org.jspecify.annotations.Nullable;

/** The successful answers of the protocol endpoints. */
final class Answers {

  private Answers() {}

  /** The type of a token with that binding: {@code DPoP} (RFC 9449 §5), otherwise Bearer. */
  static String tokenType(@Nullable Confirmation confirmation) {
    return confirmation != null && confirmation.method() == Confirmation.Method.DPOP
        ? "DPoP"
        : "Bearer";
  }

  /** JSON that bears a secret: no cache may keep it (RFC 6749 §5.1). */
  static Response secret(Object entity) {
    return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
