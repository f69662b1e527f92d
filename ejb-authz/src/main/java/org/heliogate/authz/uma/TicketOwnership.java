package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import org.heliogate.authz.platform.Constraints;

/** The rule by which a ticket belongs to a client: issued to it, or presented by it first. */
@ApplicationScoped
public class TicketOwnership {

  private final TicketOwners owners;

  /** The rule over the stored owners. */
  @Inject
  public TicketOwnership(TicketOwners owners) {
    this.owners = owners;
  }

  /** Whether the ticket is the client's; a ticket that is nobody's becomes it. */
  public boolean owns(PermissionTicket ticket, String clientId) {
    if (ticket.client() != null) {
      return ticket.client().equals(clientId);
    }
    try {
      owners.claim(ticket, clientId);
    } catch (PersistenceException e) {
      if (!Constraints.violated(e)) {
        throw e;
      }
    }
    return owners.owns(ticket, clientId);
  }
}
