package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CertificateReleased;
import org.heliogate.authz.ca.CertificateRevoked;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.ca.CertificatesExpired;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.Projections.Enforcement;
import org.jspecify.annotations.Nullable;

/**
 * The logins by certificate that a client has at resource servers, as its certificates come and go.
 * When the last one is withdrawn or has expired it ceases, in the same transaction, to be a
 * principal, which ends its sessions: until it asks for a credential again, or until one on hold is
 * released.
 */
@ApplicationScoped
public class CertificateLogins {

  private final CertificateInventory inventory;
  private final Projections projections;
  private final EntityManager entityManager;

  /** Logins at the registered resource servers. */
  @Inject
  public CertificateLogins(
      CertificateInventory inventory, Projections projections, EntityManager entityManager) {
    this.inventory = inventory;
    this.projections = projections;
    this.entityManager = entityManager;
  }

  /**
   * Lets a client in again that had its logins on hold and now has a good certificate.
   *
   * @return whether it has one
   */
  @Transactional
  public boolean restore(String clientId) {
    // Holds lock the client too, so none can come in between.
    entityManager.find(ClientEntity.class, clientId, LockModeType.PESSIMISTIC_WRITE);
    boolean good = inventory.count(clientId, CertificateStatus.ISSUED) > 0;
    if (good) {
      projections.releaseCertificateLogins(List.of(clientId));
    }
    return good;
  }

  /**
   * Makes sure that a client with a new certificate logs in by it at a resource server: while it
   * was signed, the client's last one may have been withdrawn, and its login with that.
   *
   * @return what the server must enforce; empty if the new one is withdrawn too, or the client has
   *     asked for a password meanwhile
   */
  @Transactional
  public Optional<Enforcement> require(RegisteredClient client, String resourceServer) {
    return restore(client.clientId())
        ? projections.requireCertificateLogins(client, List.of(resourceServer)).stream().findFirst()
        : Optional.empty();
  }

  void end(@Observes CertificateRevoked event) {
    @Nullable String clientId = event.clientId();
    // An orphan was never handed out, so nobody has a session with it.
    boolean handedOut =
        inventory
            .find(event.serial())
            .filter(certificate -> certificate.status() != CertificateStatus.ORPHANED)
            .isPresent();
    if (clientId != null && handedOut) {
      endUnlessGood(List.of(clientId));
    }
  }

  void end(@Observes CertificatesExpired event) {
    endUnlessGood(event.clientIds());
  }

  private void endUnlessGood(Collection<String> clientIds) {
    Set<String> ending = new HashSet<>(clientIds);
    ending.removeAll(inventory.holders(ending, CertificateStatus.ISSUED));
    Set<String> held = inventory.holders(ending, CertificateStatus.HELD);
    projections.holdCertificateLogins(held);
    ending.removeAll(held);
    projections.dropCertificateLogins(ending);
  }

  void resume(@Observes CertificateReleased event) {
    @Nullable String clientId = event.clientId();
    if (clientId != null) {
      restore(clientId);
    }
  }
}
