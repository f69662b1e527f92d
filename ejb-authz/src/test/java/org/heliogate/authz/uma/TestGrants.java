package org.heliogate.authz.uma;

import jakarta.persistence.EntityManager;
import java.time.Clock;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.policy.ApprovalRequests;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.DeviceConfirmation;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.token.SignedTokens;

/** The UMA grant for the tests of other features. */
public final class TestGrants {

  private TestGrants() {}

  /** One that gives tokens to applications on servers without a proxy, and nothing else. */
  @SuppressWarnings("NullAway") // No credential is asked for and no device takes part.
  public static UmaGrantService forTokens(
      EntityManager em,
      Clock clock,
      PermissionTickets tickets,
      OneTimeValues oneTimeValues,
      ResourceServers servers,
      RegisteredResources resources,
      Entitlements entitlements,
      RevokedTokens revoked,
      LiveTokens liveTokens,
      SignedTokens signedTokens) {
    AuditTrail audit = new AuditTrail(em, clock);
    return new UmaGrantService(
        tickets,
        new TicketOwnership(new TicketOwners(em)),
        oneTimeValues,
        servers,
        new Assessment(servers, entitlements, resources, revoked),
        new ApprovalDesk(servers, resources, entitlements, new ApprovalRequests(em, audit, clock)),
        liveTokens,
        null,
        new RequestingPartyTokens(signedTokens, new TokenScopes()),
        new DeviceConfirmation(null),
        new AuditTally(audit, clock),
        clock);
  }
}
