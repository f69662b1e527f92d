package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Arrays;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.rest.wire.JsonMapper;
import org.jspecify.annotations.Nullable;

/** What the resources of the administration API have in common: answers, refusals, bodies. */
final class Replies {

  private Replies() {}

  /** What was asked for, or 304 for a caller who has it. */
  static Response found(HttpHeaders headers, String tag, Object entity) {
    return EntityTags.known(headers.getRequestHeader(HttpHeaders.IF_NONE_MATCH), tag)
        ? Response.notModified(tag).build()
        : changed(tag, entity);
  }

  /** The present state of a thing. */
  static Response changed(String tag, Object entity) {
    return Response.ok(entity).tag(tag).build();
  }

  /** An answer that may have been given before; no cache may keep it. */
  static Response of(RecordedAnswer answer) {
    Response.ResponseBuilder response =
        Response.status(answer.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(answer.body().getBytes(UTF_8));
    if (!answer.tag().isEmpty()) {
      response.tag(answer.tag());
    }
    if (!answer.location().isEmpty()) {
      response.location(URI.create(answer.location()));
    }
    return response.build();
  }

  /** The JSON of a body. */
  static String json(Object body) {
    try {
      return JsonMapper.mapper().writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of ours is JSON", e);
    }
  }

  /** The refusal of what does not exist. */
  static RequestException missing(String what) {
    return new RequestException(ErrorCode.NOT_FOUND, "there is no such " + what);
  }

  /**
   * The body of a request that needs one.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if there is none
   */
  static <T> T required(@Nullable T body) {
    if (body == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "the body is missing");
    }
    return body;
  }

  /**
   * Checks the type of a body that may be left out, with its type.
   *
   * @throws NotSupportedException if there is a body of none of the types
   */
  static void requireType(HttpHeaders headers, byte[] body, String... types) {
    MediaType given = headers.getMediaType();
    if (body.length > 0
        && (given == null
            || Arrays.stream(types)
                .noneMatch(type -> MediaType.valueOf(type).isCompatible(given)))) {
      throw new NotSupportedException();
    }
  }
}
