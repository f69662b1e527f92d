package org.heliogate.rest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.Priority;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * Reads every body up to its limit before anything looks at it, so that a one-time password can be
 * computed over it; manifests pass as streams with a limit of their own, which their reader keeps.
 * Also refuses what the framework would take for more than it says: a range of media types, of
 * which any would do, and JSON in another encoding than UTF-8, which its reader would guess.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION - 100)
public class BodyFilter implements ContainerRequestFilter {

  /** The most bytes of an ordinary body. */
  public static final int MAX_BODY = 64 * 1024;

  /** The most bytes of a manifest. */
  public static final long MAX_MANIFEST = 64L * 1024 * 1024;

  private static final String BODY = BodyFilter.class.getName();
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Set<String> STREAMED = Set.of("application/x-ndjson", "text/csv");

  @Override
  public void filter(ContainerRequestContext request) throws IOException {
    MediaType type = request.getMediaType();
    if (isRange(type)) {
      throw new NotSupportedException();
    }
    boolean streamed =
        type != null
            && STREAMED.contains(type.getType() + '/' + type.getSubtype())
            && request.getUriInfo().getRequestUri().getPath().equals("/admin/api/v1/devices");
    if (declared(request) > (streamed ? MAX_MANIFEST : MAX_BODY)) {
      throw tooLarge(streamed);
    }
    if (streamed) {
      return;
    }
    byte[] body = request.getEntityStream().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      throw tooLarge(false);
    }
    if (type != null && type.getSubtype().equalsIgnoreCase("json") && !isUtf8(body)) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "JSON must be in UTF-8");
    }
    request.setProperty(BODY, body);
    request.setEntityStream(new ByteArrayInputStream(body));
  }

  /** Whether a type stands for several, as it may in {@code Accept} alone (RFC 9110 §8.3.1). */
  static boolean isRange(@Nullable MediaType type) {
    return type != null && (type.isWildcardType() || type.isWildcardSubtype());
  }

  /** The body of a request, of no bytes if it has none; empty if it is read as a stream. */
  static Optional<byte[]> body(ContainerRequestContext request) {
    return request.getProperty(BODY) instanceof byte[] body ? Optional.of(body) : Optional.empty();
  }

  /**
   * The length that a request says its body has, in bytes; 0 for none said. What is no length, or
   * too large a number, is taken for the largest. The framework's own reading fails beyond 31 bits.
   */
  private static long declared(ContainerRequestContext request) {
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return 0;
    }
    return LENGTH.matcher(length).matches() ? Long.parseLong(length) : Long.MAX_VALUE;
  }

  /**
   * Whether a body is UTF-8 without a byte of zero, which no JSON in UTF-8 has, and all in UTF-16
   * and UTF-32: its first character is one of ASCII. The reader would also take characters in more
   * bytes than they need, and halves of characters.
   */
  private static boolean isUtf8(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).chars().noneMatch(next -> next == 0);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static RequestException tooLarge(boolean streamed) {
    return new RequestException(
        ErrorCode.TOO_LARGE,
        "the body may have at most " + (streamed ? MAX_MANIFEST : MAX_BODY) + " bytes");
  }
}
