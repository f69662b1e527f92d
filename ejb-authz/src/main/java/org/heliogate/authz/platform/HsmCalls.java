package org.heliogate.authz.platform;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.HsmUnavailableException;
import org.jspecify.annotations.Nullable;

/** The translation of an HSM that is out of reach into a request that may be repeated. */
public final class HsmCalls {

  private static final Logger LOG = Logger.getLogger(HsmCalls.class.getName());
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private HsmCalls() {}

  /**
   * Does something with the HSM.
   *
   * @throws RequestException {@link ErrorCode#TEMPORARILY_UNAVAILABLE} if it is out of reach
   */
  public static <T> T call(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (HsmUnavailableException e) {
      throw refusal(e);
    }
  }

  /**
   * The refusal of a request that failed because the HSM is out of reach; empty if it failed for
   * another reason.
   */
  public static Optional<RequestException> refusalOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HsmUnavailableException outage) {
        return Optional.of(refusal(outage));
      }
    }
    return Optional.empty();
  }

  private static RequestException refusal(HsmUnavailableException outage) {
    LOG.log(Level.WARNING, "The HSM is out of reach: {0}", outage.getMessage());
    return new RequestException(
        ErrorCode.TEMPORARILY_UNAVAILABLE, "the key store is out of reach", RETRY_AFTER);
  }
}
