package org.heliogate.authz.platform;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.HsmUnavailableException;

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
      LOG.log(Level.WARNING, "The HSM is out of reach: {0}", e.getMessage());
      throw new RequestException(
          ErrorCode.TEMPORARILY_UNAVAILABLE, "the key store is out of reach", RETRY_AFTER);
    }
  }
}
