package org.heliogate.authz.idempotency;

import java.util.regex.Pattern;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Digests;

/**
 * A request with an {@code Idempotency-Key}. A key is its caller's own: the same key of another
 * caller is another key.
 *
 * @param caller the client id of who asks
 * @param key what the caller chose, 1 to 128 visible ASCII characters
 * @param target the method and path
 * @param content what is asked, in a form that is the same for the same request
 */
public record IdempotentRequest(String caller, String key, String target, String content) {

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,128}");

  /**
   * Checks the key.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if it is too long or has other
   *     characters
   */
  public IdempotentRequest {
    if (!KEY.matcher(key).matches()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "an Idempotency-Key has 1 to 128 visible ASCII characters");
    }
  }

  /** What the key is found by. */
  String keyDigest() {
    return Digests.sha256(caller + '\n' + key);
  }

  /** What the request is recognised by. */
  String requestDigest() {
    return Digests.sha256(target + '\n' + content);
  }

  /** Never shows the content. */
  @Override
  public String toString() {
    return "IdempotentRequest[" + target + "]";
  }
}
