package org.heliogate.authz.startup;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.ca.CertificateImport;
import org.heliogate.authz.ca.CrlPublisher;
import org.heliogate.authz.ca.ExpiredCertificates;
import org.heliogate.authz.ca.ExpiryWatch;
import org.heliogate.authz.ca.OrphanRevoker;
import org.heliogate.authz.ca.ShortLivedProfiles;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.idempotency.IdempotentRequests;
import org.heliogate.authz.ocsp.ResponderRenewal;
import org.heliogate.authz.platform.BackgroundThreads;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.authz.policy.ApprovalRequests;
import org.heliogate.authz.policy.GrantBounds;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.Relay;
import org.heliogate.authz.signing.SigningKeyRotation;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.readiness.ReadinessReports;

/**
 * What happens once at start, after the schema is there, and what happens now and then afterwards.
 */
@Singleton
@Startup
@DependsOn("SchemaMigration")
@TransactionManagement(TransactionManagementType.BEAN)
public class Background {

  private static final Logger LOG = Logger.getLogger(Background.class.getName());

  @Inject private BackgroundThreads threads;
  @Inject private Preparation preparation;
  @Inject private ReadinessReports readinessReports;
  @Inject private Vitals vitals;
  @Inject private HsmRecovery hsmRecovery;
  @Inject private TokenKeys keys;
  @Inject private EnabledMethods methods;
  @Inject private InitialAdmin initialAdmin;
  @Inject private CertificateImport certificateImport;
  @Inject private OrphanRevoker orphanRevoker;
  @Inject private CrlPublisher crlPublisher;
  @Inject private ExpiredCertificates expiredCertificates;
  @Inject private ExpiryWatch expiryWatch;
  @Inject private ResponderRenewal responders;
  @Inject private ChangeNotices notices;
  @Inject private Relay relay;
  @Inject private Projections projections;
  @Inject private GrantBounds grantBounds;
  @Inject private ApprovalRequests approvalRequests;
  @Inject private AuditTally tally;
  @Inject private OneTimeValues oneTimeValues;
  @Inject private IdempotentRequests idempotentRequests;
  @Inject private RevokedTokens revokedTokens;
  @Inject private ShortLivedProfiles shortLived;
  @Inject private SigningKeyRotation signingKeys;
  @Inject private TokenKeyStore tokenKeys;

  @PostConstruct
  void start() {
    readinessReports.comeFrom(vitals::read);
    if (!shortLived.names().isEmpty()) {
      LOG.info("Certificates live for hours under " + String.join(", ", shortLived.names()));
    }
    threads.every(Duration.ofSeconds(1), "preparation", this::prepare);
    threads.every(Duration.ofSeconds(1), "HSM", hsmRecovery::run);
    threads.every(Duration.ofMillis(250), "change notices", notices::listen);
    threads.every(Duration.ofMillis(500), "relay", relay::poll);
    threads.every(Duration.ofMillis(500), "grants' bounds", grantBounds::pass);
    threads.every(Duration.ofSeconds(2), "audit tally", tally::flush);
    threads.every(Duration.ofMinutes(1), "orphaned certificates", orphanRevoker::run);
    threads.every(
        Duration.ofMinutes(1), "expired certificates", () -> drain(expiredCertificates::pass));
    threads.every(Duration.ofMinutes(1), "old approvals", approvalRequests::purge);
    threads.every(Duration.ofMinutes(5), "expired values", () -> drain(oneTimeValues::purge));
    threads.every(Duration.ofMinutes(5), "old notices", () -> drain(notices::purge));
    threads.every(
        Duration.ofMinutes(5), "expired passwords", () -> drain(projections::expirePasswords));
    threads.every(
        Duration.ofMinutes(5), "recorded answers", () -> drain(idempotentRequests::purge));
    threads.every(Duration.ofMinutes(5), "revoked tokens", () -> drain(revokedTokens::purge));
    threads.every(Duration.ofHours(1), "expired token keys", () -> drain(tokenKeys::purge));
    // A node that was cut off for longer than notices are kept catches up here.
    threads.every(Duration.ofMinutes(1), "missed revocations", revokedTokens::load);
  }

  @PreDestroy
  void stop() {
    tally.close();
  }

  /** A bounded number of rows in each transaction, until all are gone. */
  private static void drain(BooleanSupplier purge) {
    boolean more;
    do {
      more = purge.getAsBoolean();
    } while (more && !Thread.currentThread().isInterrupted());
  }

  /** Repeated until it succeeds, so that an HSM that comes late is no reason to restart. */
  private void prepare() {
    if (preparation.complete()) {
      return;
    }
    if (!keys.onToken()) {
      LOG.warning(
          "EVALUATION ONLY: the CA's keys are in a file ("
              + keys.description()
              + "), not in an HSM; whoever reads it can issue certificates");
    }
    if (!signingKeys.ensure()) {
      return;
    }
    revokedTokens.load();
    initialAdmin.ensure();
    certificateImport.run();
    orphanRevoker.run();
    crlPublisher.poll();
    responders.run();
    threads.every(Duration.ofMillis(250), "CRL", crlPublisher::poll);
    threads.every(Duration.ofMinutes(1), "signing keys", signingKeys::run);
    threads.every(Duration.ofMinutes(5), "ending certificates", expiryWatch::run);
    threads.every(Duration.ofMinutes(1), "OCSP responders", responders::run);
    preparation.completed();
    LOG.info("Heliogate is ready; clients authenticate by " + methods.names());
  }
}
