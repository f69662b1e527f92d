package org.heliogate.authz.resource;

import java.time.Duration;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * What the requesting party tokens for a resource server are like.
 *
 * @param scopeTemplate how the {@code scope} claim (RFC 9068 §2.2.3) is made of the permissions;
 *     null for a token without that claim
 * @param lifetime how long a token is valid, in whole seconds between {@link #MIN_LIFETIME} and
 *     {@link #MAX_LIFETIME}
 */
public record TokenTerms(@Nullable String scopeTemplate, Duration lifetime) {

  /** The shortest lifetime. */
  public static final Duration MIN_LIFETIME = Duration.ofSeconds(30);

  /** The longest lifetime. */
  public static final Duration MAX_LIFETIME = Duration.ofHours(1);

  /** No {@code scope} claim, and 300 seconds. */
  public static final TokenTerms DEFAULT = new TokenTerms(null, Duration.ofSeconds(300));

  /**
   * Checks the lifetime.
   *
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if it is out of bounds
   */
  public TokenTerms {
    if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "rpt_lifetime must be "
              + MIN_LIFETIME.toSeconds()
              + " to "
              + MAX_LIFETIME.toSeconds()
              + " seconds");
    }
  }
}
