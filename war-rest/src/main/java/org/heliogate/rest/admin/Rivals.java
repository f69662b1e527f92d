package org.heliogate.rest.admin;

import java.util.function.Supplier;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.DatabaseContention;

/**
 * Requests that make the same row at the same time, such as the resource that two grants are the
 * first to name. The one that comes second is no fault of the server's.
 */
final class Rivals {

  private static final int ATTEMPTS = 3;

  private Rivals() {}

  /**
   * Does it, and again if another request has just made the row, which is found then, or was in the
   * way.
   *
   * @param effect what leaves nothing behind when it fails
   * @throws RequestException {@link ErrorCode#CONFLICT} if others are first ever again
   */
  static <T> T outlasted(Supplier<T> effect) {
    return done(ATTEMPTS, effect);
  }

  /**
   * Does it once.
   *
   * @throws RequestException {@link ErrorCode#CONFLICT} if another request has just made the row
   */
  static <T> T reported(Supplier<T> effect) {
    return done(1, effect);
  }

  private static <T> T done(int attempts, Supplier<T> effect) {
    for (int attempt = 1; ; attempt++) {
      try {
        return effect.get();
      } catch (RequestException e) {
        throw e;
      } catch (RuntimeException e) {
        boolean made = Constraints.violated(e);
        if (attempt < attempts && (made || DatabaseContention.caused(e))) {
          continue;
        }
        if (made) {
          throw new RequestException(
              ErrorCode.CONFLICT, "another request has done the same at the same time");
        }
        throw e;
      }
    }
  }
}
