package org.heliogate.authz.uma;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.token.DeviceConfirmation;

/**
 * The last transaction of a redemption: the ticket is spent and what it bought is accounted for.
 */
@ApplicationScoped
public class CredentialHandover {

  private final OneTimeValues oneTimeValues;
  private final Projections projections;
  private final DeviceConfirmation confirmation;
  private final AuditTrail audit;

  /** A handover in the given database. */
  @Inject
  public CredentialHandover(
      OneTimeValues oneTimeValues,
      Projections projections,
      DeviceConfirmation confirmation,
      AuditTrail audit) {
    this.oneTimeValues = oneTimeValues;
    this.projections = projections;
    this.confirmation = confirmation;
    this.audit = audit;
  }

  /**
   * Spends the ticket.
   *
   * @param credential what is handed out: a certificate's serial, or {@code none}
   * @throws AlreadySpentException if another request of the client was faster
   */
  @Transactional
  public void take(
      RegisteredClient client, String server, PermissionTicket ticket, String credential) {
    oneTimeValues.spendWithin("ticket", "front-door", ticket.id(), ticket.expiresAt());
    confirmation.confirmDeviceOf(client);
    audit.record(
        AuditEvent.success(
            "ticket.redeem",
            client.clientId(),
            server + '/' + client.username(),
            Map.of("credential", credential)));
  }

  /**
   * Spends the ticket and takes the password, which is erased here.
   *
   * @throws AlreadySpentException if another request of the client was faster
   */
  @Transactional
  public String takePassword(RegisteredClient client, String server, PermissionTicket ticket) {
    take(client, server, ticket, "password");
    return projections
        .takePassword(client, server)
        .map(password -> new String(password, US_ASCII))
        .orElseThrow(() -> new AlreadySpentException("password", null));
  }
}
