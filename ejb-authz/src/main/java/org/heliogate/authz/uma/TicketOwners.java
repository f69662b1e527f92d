package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import org.heliogate.authz.platform.Digests;

/** Who may redeem a ticket that was issued to nobody in particular: who presents it first. */
@ApplicationScoped
public class TicketOwners {

  private final EntityManager entityManager;

  /** The owners in the given database. */
  @Inject
  public TicketOwners(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * Makes the client the ticket's owner if it has none, in a transaction of its own. Fails with a
   * violated constraint if two clients come at the same moment; the loser looks again.
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void claim(PermissionTicket ticket, String clientId) {
    entityManager
        .createNativeQuery(
            "insert into ticket_owner (ticket_digest, client_id, expires_at)"
                + " select cast(:ticket as varchar(43)), cast(:client as varchar(64)),"
                + " cast(:expiry as timestamp(6) with time zone)"
                + " where not exists (select 1 from ticket_owner where ticket_digest = :ticket)")
        .setParameter("ticket", Digests.sha256(ticket.id()))
        .setParameter("client", clientId)
        .setParameter("expiry", ticket.expiresAt().plus(PermissionTickets.LIFETIME))
        .executeUpdate();
  }

  /** Whether the client is the ticket's owner. */
  @Transactional
  public boolean owns(PermissionTicket ticket, String clientId) {
    return entityManager
        .createNativeQuery(
            "select client_id from ticket_owner where ticket_digest = :ticket", String.class)
        .setParameter("ticket", Digests.sha256(ticket.id()))
        .getResultList()
        .contains(clientId);
  }
}
