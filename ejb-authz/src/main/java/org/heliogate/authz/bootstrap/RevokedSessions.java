package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CertificateRevoked;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.projection.Projections;
import org.jspecify.annotations.Nullable;

/**
 * The end of a client's sessions when its last certificate is withdrawn: in the same transaction it
 * ceases to be a principal of every resource server, until it asks for a credential again.
 */
@ApplicationScoped
public class RevokedSessions {

  private final CertificateInventory inventory;
  private final Projections projections;

  /** Ends sessions at the registered resource servers. */
  @Inject
  public RevokedSessions(CertificateInventory inventory, Projections projections) {
    this.inventory = inventory;
    this.projections = projections;
  }

  void end(@Observes CertificateRevoked event) {
    @Nullable String clientId = event.clientId();
    // An orphan was never handed out, so nobody has a session with it.
    boolean handedOut =
        inventory
            .find(event.serial())
            .filter(certificate -> certificate.status() == CertificateStatus.REVOKED)
            .isPresent();
    if (clientId != null && handedOut && inventory.countLive(clientId) == 0) {
      projections.dropCertificateLogins(clientId);
    }
  }
}
