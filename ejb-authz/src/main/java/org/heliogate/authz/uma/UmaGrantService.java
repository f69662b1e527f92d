package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.DeviceConfirmation;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.TokenPermission;
import org.heliogate.authz.uma.RequestSubmittedException.Pending;

/**
 * The UMA grant (UMA 2.0 Grant §3.3): turns a ticket into a requesting party token and, when asked,
 * into credentials that the resource server already accepts (D3.4.2 §4, getCredentials and
 * getPermission).
 */
@ApplicationScoped
public class UmaGrantService {

  private static final String ACTION = "ticket.redeem";

  /** What spent tickets are among the values that count once, whoever issued them. */
  private static final String KIND = "ticket";

  private static final String ISSUER = "front-door";

  private final PermissionTickets tickets;
  private final TicketOwnership ownership;
  private final OneTimeValues oneTimeValues;
  private final ResourceServers servers;
  private final Assessment assessment;
  private final ApprovalDesk approvals;
  private final LiveTokens liveTokens;
  private final Clock clock;
  private final CredentialDesk desk;
  private final RequestingPartyTokens rpts;
  private final DeviceConfirmation confirmation;
  private final AuditTally tally;

  /** A grant over the registered resource servers. */
  @Inject
  public UmaGrantService(
      PermissionTickets tickets,
      TicketOwnership ownership,
      OneTimeValues oneTimeValues,
      ResourceServers servers,
      Assessment assessment,
      ApprovalDesk approvals,
      LiveTokens liveTokens,
      CredentialDesk desk,
      RequestingPartyTokens rpts,
      DeviceConfirmation confirmation,
      AuditTally tally,
      Clock clock) {
    this.tickets = tickets;
    this.ownership = ownership;
    this.oneTimeValues = oneTimeValues;
    this.servers = servers;
    this.assessment = assessment;
    this.approvals = approvals;
    this.liveTokens = liveTokens;
    this.clock = clock;
    this.desk = desk;
    this.rpts = rpts;
    this.confirmation = confirmation;
    this.tally = tally;
  }

  /**
   * Redeems a ticket. Waits until the resource server enforces the client's rights, with no
   * transaction open.
   *
   * @throws RequestException {@link ErrorCode#INVALID_GRANT} for a ticket that is unknown, expired,
   *     spent or another client's; {@link ErrorCode#REQUEST_DENIED} without a right; {@link
   *     ErrorCode#INVALID_SCOPE} for a scope that nobody knows, or for more than a token holds,
   *     before any credential is touched; {@link ErrorCode#INVALID_REQUEST} for a bad CSR, or a
   *     credential that the server or client cannot use: the ticket stays good
   * @throws RequestSubmittedException while the right is not enforced, or an operator has to
   *     approve it
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Redeemed redeem(RegisteredClient client, Redemption redemption) {
    try {
      return redeemChecked(client, redemption);
    } catch (RequestException e) {
      tally.count(
          AuditEvent.refused(ACTION, client.clientId(), client.clientId(), e.code().name()));
      throw e;
    }
  }

  private Redeemed redeemChecked(RegisteredClient client, Redemption redemption) {
    PermissionTicket ticket = ticket(redemption.ticket());
    ResourceServer server =
        servers.find(ticket.resourceServer()).orElseThrow(UmaGrantService::badTicket);
    if (!server.proxied() && redemption.csr() == null && !redemption.password()) {
      return redeemForToken(client, server, ticket, redemption);
    }
    refuseUnlessUsable(client, ticket);
    List<TokenPermission> granted =
        assessment.assess(client, server, ticket.permissions(), redemption.scopes());
    if (granted.isEmpty()) {
      throw notGranted(client, server, ticket, redemption);
    }
    Optional<LiveToken> earlier = earlier(client, server, redemption);
    List<TokenPermission> permissions = permissions(server, granted, earlier);
    rpts.requireFitting(server, permissions);
    CredentialDesk.Prepared prepared = desk.prepare(client, server, redemption);
    if (!prepared.enforced()) {
      throw submitted(Pending.ENFORCEMENT, client, ticket);
    }
    try {
      return new Redeemed(
          rpts.issue(client, server, permissions, redemption.confirmation()),
          server.tokens().lifetime(),
          earlier.isPresent(),
          desk.deliver(client, server, ticket, prepared));
    } catch (AlreadySpentException e) {
      throw badTicket();
    }
  }

  /** Spends the ticket and says to come again with another. */
  private RequestSubmittedException submitted(
      Pending pending, RegisteredClient client, PermissionTicket ticket) {
    try {
      oneTimeValues.spend(KIND, ISSUER, ticket.id(), ticket.expiresAt());
    } catch (AlreadySpentException e) {
      throw badTicket();
    }
    return new RequestSubmittedException(
        pending, tickets.issue(ticket.resourceServer(), ticket.permissions(), client.clientId()));
  }

  /** The token alone is the right: all comes from memory, and the ticket is spent by one insert. */
  private Redeemed redeemForToken(
      RegisteredClient client, ResourceServer server, PermissionTicket ticket, Redemption wish) {
    List<TokenPermission> granted;
    try {
      granted = assessment.assess(client, server, ticket.permissions(), wish.scopes());
    } catch (RequestException e) {
      // Who presents a ticket first owns it, also if nothing comes of it.
      refuseUnlessUsable(client, ticket);
      throw e;
    }
    if (granted.isEmpty()) {
      refuseUnlessUsable(client, ticket);
      throw notGranted(client, server, ticket, wish);
    }
    Optional<LiveToken> earlier = earlier(client, server, wish);
    String rpt =
        rpts.issue(client, server, permissions(server, granted, earlier), wish.confirmation());
    try {
      spend(client, ticket);
    } catch (AlreadySpentException e) {
      throw badTicket();
    }
    confirmation.confirmDeviceOf(client);
    tally.count(
        AuditEvent.success(
            ACTION,
            client.clientId(),
            server.id() + '/' + client.username(),
            Map.of("credential", "none")));
    return new Redeemed(rpt, server.tokens().lifetime(), earlier.isPresent(), null);
  }

  private void spend(RegisteredClient client, PermissionTicket ticket) {
    if (ticket.client() != null && !ticket.client().equals(client.clientId())) {
      throw badTicket();
    }
    oneTimeValues.spendTicket(KIND, ISSUER, ticket.id(), client.clientId(), ticket.expiresAt());
  }

  /** What is answered to a client that has no such right: it may have to wait for an operator. */
  private RuntimeException notGranted(
      RegisteredClient client, ResourceServer server, PermissionTicket ticket, Redemption wish) {
    return approvals.submit(client, server, ticket.permissions(), wish.scopes())
        ? submitted(Pending.APPROVAL, client, ticket)
        : new RequestException(ErrorCode.REQUEST_DENIED, "the client has no such right");
  }

  /** What is granted, and what an earlier token allows that its client still has. */
  private List<TokenPermission> permissions(
      ResourceServer server, List<TokenPermission> granted, Optional<LiveToken> earlier) {
    return earlier
        .map(token -> Assessment.together(granted, assessment.stillGranted(token, server)))
        .orElse(granted);
  }

  private PermissionTicket ticket(String sealed) {
    PermissionTicket ticket = tickets.open(sealed).orElseThrow(UmaGrantService::badTicket);
    if (!ticket.expiresAt().isAfter(clock.instant())) {
      throw new ExpiredTicketException();
    }
    return ticket;
  }

  private void refuseUnlessUsable(RegisteredClient client, PermissionTicket ticket) {
    if (!ownership.owns(ticket, client.clientId())
        || oneTimeValues.spent(KIND, ISSUER, ticket.id())) {
      throw badTicket();
    }
  }

  /** The token to be upgraded; one of another client or server, or no good one, is ignored. */
  private Optional<LiveToken> earlier(
      RegisteredClient client, ResourceServer server, Redemption redemption) {
    return Optional.ofNullable(redemption.rpt())
        .flatMap(liveTokens::find)
        .filter(token -> token.kind() == LiveToken.Kind.RPT)
        .filter(token -> token.client().clientId().equals(client.clientId()))
        .filter(token -> server.audience().equals(token.audience()));
  }

  private static RequestException badTicket() {
    return new RequestException(
        ErrorCode.INVALID_GRANT,
        "the ticket is unknown, expired, used or another client's; ask the resource server anew");
  }
}
