package org.heliogate.rest.wire;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.function.Supplier;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * The brake before the checks of tokens and proofs that requests show. What names a client counts
 * as that client's at its source, as at the gate where clients authenticate; all else as the
 * source's alone.
 */
@ApplicationScoped
public class CheckThrottle {

  private final SourceThrottle throttle;
  private final AuditTally tally;

  /** A brake that shares what is left to sources and clients with all others. */
  @Inject
  public CheckThrottle(SourceThrottle throttle, AuditTally tally) {
    this.throttle = throttle;
    this.tally = tally;
  }

  /**
   * Does a check, and counts its refusal. To be asked for a nonce is no refusal: all else is good.
   *
   * @param action what is refused, for the audit trail
   * @param client whom the request names, whether or not it is that client; empty for nobody
   * @throws RequestException the check's own; {@link ErrorCode#TOO_MANY_REQUESTS} before it is done
   */
  public <T> T check(String action, String source, Optional<String> client, Supplier<T> check) {
    client.ifPresentOrElse(named -> throttle.admit(source, named), () -> throttle.admit(source));
    try {
      return check.get();
    } catch (RequestException e) {
      if (e.code() != ErrorCode.USE_DPOP_NONCE) {
        client.ifPresentOrElse(
            named -> throttle.failed(source, named), () -> throttle.failed(source));
        tally.count(AuditEvent.refused(action, "-", source, e.code().name()));
      }
      throw e;
    }
  }
}
