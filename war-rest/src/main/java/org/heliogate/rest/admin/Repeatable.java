package org.heliogate.rest.admin;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.IdempotentRequest;
import org.heliogate.authz.idempotency.IdempotentRequests;
import org.heliogate.authz.idempotency.IdempotentRequests.Recording;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.rest.wire.CallerContext;

/**
 * The requests that a caller may repeat with an {@code Idempotency-Key}: those whose answer exists
 * only once, and those that would do something again. Every other POST of this API has the same
 * effect when it is repeated.
 */
@Dependent
class Repeatable {

  private static final String HEADER = "Idempotency-Key";

  private final IdempotentRequests requests;
  private final CallerContext context;

  @Inject
  Repeatable(IdempotentRequests requests, CallerContext context) {
    this.requests = requests;
    this.context = context;
  }

  /**
   * Carries a request out, or gives the answer again that it got before.
   *
   * @param target the method and path
   * @param body what is asked
   * @param effect what is to be done
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for a malformed or repeated key;
   *     {@link ErrorCode#UNPROCESSABLE} for a key of another request; {@link ErrorCode#CONFLICT} if
   *     another request does the same just now
   */
  Response answer(
      HttpHeaders headers, String target, Object body, Supplier<RecordedAnswer> effect) {
    return Rivals.outlasted(
        () -> prepared(headers, target, body, recording -> recording.of(effect)));
  }

  /**
   * The same for a request of which a part must be done before and outside of its transaction.
   *
   * @param work does that part, calls the recording once with the effect, and gives its answer
   * @throws RequestException as {@link #answer}, but for rows of other requests, which are the
   *     caller's to deal with ({@link Rivals})
   */
  Response prepared(
      HttpHeaders headers, String target, Object body, Function<Recording, RecordedAnswer> work) {
    List<String> keys = headers.getRequestHeader(HEADER);
    if (keys == null || keys.isEmpty()) {
      return Replies.of(work.apply(Supplier::get));
    }
    if (keys.size() > 1) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, HEADER + " is repeated");
    }
    IdempotentRequest request =
        new IdempotentRequest(context.actor(), keys.get(0), target, Replies.json(body));
    return Replies.of(requests.oncePrepared(request, work));
  }
}
