package org.heliogate.authz.ca;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** The names by which operators give a reason for a revocation (RFC 5280 §5.3.1). */
final class RevocationReasons {

  private RevocationReasons() {}

  /**
   * The reason of that name.
   *
   * @param name in lower case with underscores; null for none in particular
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if there is no such, or it is a hold,
   *     which is no revocation
   */
  static RevocationReason named(@Nullable String name) {
    if (name == null) {
      return RevocationReason.UNSPECIFIED;
    }
    return Arrays.stream(RevocationReason.values())
        .filter(RevocationReasons::offered)
        .filter(known -> name(known).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.UNPROCESSABLE,
                    "reason must be one of "
                        + Arrays.stream(RevocationReason.values())
                            .filter(RevocationReasons::offered)
                            .map(RevocationReasons::name)
                            .collect(Collectors.joining(", "))));
  }

  /** The name of a reason; null for none. */
  static @Nullable String nameOf(@Nullable RevocationReason reason) {
    return reason == null ? null : name(reason);
  }

  private static boolean offered(RevocationReason reason) {
    return reason != RevocationReason.CERTIFICATE_HOLD;
  }

  private static String name(RevocationReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }
}
