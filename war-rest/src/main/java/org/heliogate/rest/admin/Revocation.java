package org.heliogate.rest.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * Why a certificate shall be withdrawn.
 *
 * @param reason one of RFC 5280 §5.3.1 in lower case with underscores; {@code unspecified} if left
 *     out
 */
@Schema(name = "Revocation")
public record Revocation(@Schema(examples = "key_compromise") @Nullable String reason) {

  /**
   * Reads the body, which may be empty.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if it is no such object
   */
  static Revocation read(byte[] body) {
    if (body.length == 0) {
      return new Revocation(null);
    }
    try {
      return Replies.required(JsonMapper.mapper().readValue(body, Revocation.class));
    } catch (JsonProcessingException e) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "the body is an object with one member, reason");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
