package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import org.heliogate.authz.assertion.ProvenAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.DatabaseContention;
import org.heliogate.authz.platform.OneTimeValues;

/**
 * The initial security bootstrap (D3.4.2 §3.2, steps 4 and 5): authenticates a device by its secure
 * element and runs the scripts of its workflows, all in one transaction or not at all.
 */
@ApplicationScoped
public class BootstrapService {

  private static final String ACTION = "device.bootstrap";
  private static final int ATTEMPTS = 3;

  private final DeviceAssertions assertions;
  private final OneTimeValues oneTimeValues;
  private final BootstrapTransaction transaction;
  private final AuditTally tally;

  /** The bootstrap of the loaded devices. */
  @Inject
  public BootstrapService(
      DeviceAssertions assertions,
      OneTimeValues oneTimeValues,
      BootstrapTransaction transaction,
      AuditTally tally) {
    this.assertions = assertions;
    this.oneTimeValues = oneTimeValues;
    this.transaction = transaction;
    this.tally = tally;
  }

  /**
   * Answers a device.
   *
   * @param assertion the JWT signed by its secure element
   * @param source where the request came from
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}, the same for every reason, unless
   *     the assertion proves the device and was never seen; {@link ErrorCode#ACCESS_DENIED} and
   *     {@link ErrorCode#BOOTSTRAP_COMPLETED} after that
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public BootstrapResponse bootstrap(String assertion, String source) {
    ProvenAssertion proven = prove(assertion, source);
    try {
      return run(proven.subject());
    } catch (RequestException e) {
      tally.count(AuditEvent.refused(ACTION, proven.subject(), proven.subject(), e.code().name()));
      throw e;
    }
  }

  private ProvenAssertion prove(String assertion, String source) {
    try {
      ProvenAssertion proven = assertions.verify(assertion);
      oneTimeValues.spend("assertion", proven.subject(), proven.id(), proven.expiresAt());
      return proven;
    } catch (UnprovenException e) {
      throw refuse(source, String.valueOf(e.getMessage()));
    } catch (AlreadySpentException e) {
      throw refuse(source, "replayed assertion");
    }
  }

  private RequestException refuse(String source, String cause) {
    tally.count(AuditEvent.refused(ACTION, "-", source, cause));
    return new RequestException(ErrorCode.INVALID_CLIENT, "device authentication failed");
  }

  /**
   * Two devices may name the same new resource at once, and a workflow may be applied for long; the
   * one that comes second repeats.
   */
  private BootstrapResponse run(String masterId) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction.run(masterId);
      } catch (PersistenceException e) {
        if (attempt == ATTEMPTS || !(Constraints.violated(e) || DatabaseContention.caused(e))) {
          throw e;
        }
      }
    }
  }
}
