package org.heliogate.rest.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.rest.wire.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * On which terms something is approved.
 *
 * @param notAfter until when the grant holds (RFC 3339); for ever if left out
 */
@Schema(name = "ApprovalDecision")
public record ApprovalDecision(
    @Schema(name = "not_after", format = "date-time") @Nullable String notAfter) {

  /**
   * Reads the body, which may be empty.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if it is no such object
   */
  static ApprovalDecision read(byte[] body) {
    if (body.length == 0) {
      return new ApprovalDecision(null);
    }
    try {
      return Replies.required(JsonMapper.mapper().readValue(body, ApprovalDecision.class));
    } catch (JsonProcessingException e) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "the body is an object with at most one member, not_after");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Until when the grant holds; null for ever.
   *
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if that is no moment
   */
  @Nullable Instant end() {
    List<Fault> faults = new ArrayList<>();
    Instant end = NewGrant.instant("/not_after", notAfter, faults);
    if (!faults.isEmpty()) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "it cannot be approved like this", faults);
    }
    return end;
  }
}
