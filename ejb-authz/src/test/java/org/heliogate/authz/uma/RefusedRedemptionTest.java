package org.heliogate.authz.uma;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.bootstrap.CertificateLogins;
import org.heliogate.authz.ca.CaFixture;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CertificateOrder;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.IssuedCertificate;
import org.heliogate.authz.ca.PreparedOrder;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.CurrentEntityManager;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestOneTimeValues;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.authz.policy.PolicyFixture;
import org.heliogate.authz.projection.EnforcementWatch;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.jpa.ProjectionEntity;
import org.heliogate.authz.projection.jpa.ProjectionKey;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.token.TokenPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Credentials of a client whose redemption comes to nothing. */
@SuppressWarnings("NullAway") // What signs is not reached.
class RefusedRedemptionTest {

  private static final Set<String> READ = Set.of("read");

  private final PolicyFixture fixture = new PolicyFixture();
  private final CurrentEntityManager current = new CurrentEntityManager(fixture.database);
  private final PermissionTickets tickets =
      new PermissionTickets(
          new TokenKeyRing(
              new TokenKeyStore(
                  current.proxy(), new TestSealer(), new SecureRandom(), fixture.clock),
              fixture.clock),
          new SecureRandom(),
          fixture.clock);

  private CertificateService certificates = new Unable();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void redeemWhenTheUpgradedTokenWouldBeTooLargeThenThePasswordStays() {
    long before = fixture.generation();
    current.within(
        () -> {
          RegisteredClient client = PolicyFixture.client(current.proxy());
          String ticket =
              tickets.issue(
                  PolicyFixture.SERVER,
                  List.of(AskedPermission.byName("a/new", READ)),
                  client.clientId());
          Redemption wish = new Redemption(ticket, Set.of(), "earlier", null, true, null);
          assertThatThrownBy(() -> grant(client).redeem(client, wish))
              .isInstanceOfSatisfying(
                  RequestException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SCOPE));
          ProjectionEntity row = projection(client);
          assertThat(row.passwordSealed()).isNull();
          assertThat(row.desiredGeneration()).isEqualTo(before);
          return row;
        });
  }

  @Test
  void redeemWhenNoCertificateCanBeSignedThenTheLoginStays() throws Exception {
    long before =
        fixture.database.inTransaction(
            em ->
                fixture
                    .projections(em)
                    .requirePassword(
                        PolicyFixture.client(em), PolicyFixture.SERVER, "secret".getBytes(US_ASCII))
                    .generation());
    String username = fixture.database.inTransaction(em -> PolicyFixture.client(em).username());
    byte[] csr = CaFixture.csr(username, CaFixture.newKey());
    current.within(
        () -> {
          RegisteredClient client = PolicyFixture.client(current.proxy());
          String ticket =
              tickets.issue(
                  PolicyFixture.SERVER,
                  List.of(AskedPermission.byName("a/new", READ)),
                  client.clientId());
          Redemption wish = new Redemption(ticket, Set.of(), null, csr, false, null);
          assertThatThrownBy(() -> grant(client).redeem(client, wish))
              .isInstanceOfSatisfying(
                  RequestException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
          ProjectionEntity row = projection(client);
          assertThat(row.passwordSealed()).isNotNull();
          assertThat(row.desiredGeneration()).isEqualTo(before);
          return row;
        });
  }

  @Test
  void redeemWhenTheCertificateIsWithdrawnWhileItIsSignedThenDenied() throws Exception {
    certificates = new Late();
    String username = fixture.database.inTransaction(em -> PolicyFixture.client(em).username());
    byte[] csr = CaFixture.csr(username, CaFixture.newKey());
    current.within(
        () -> {
          RegisteredClient client = PolicyFixture.client(current.proxy());
          String ticket =
              tickets.issue(
                  PolicyFixture.SERVER,
                  List.of(AskedPermission.byName("a/new", READ)),
                  client.clientId());
          Redemption wish = new Redemption(ticket, Set.of(), null, csr, false, null);
          assertThatThrownBy(() -> grant(client).redeem(client, wish))
              .isInstanceOfSatisfying(
                  RequestException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_DENIED));
          return client;
        });
  }

  /** Has no HSM. */
  @SuppressWarnings("NullAway")
  private static class Unable extends CertificateService {

    Unable() {
      super(null, null, null, null, null, null, null, null);
    }

    @Override
    public PreparedOrder prepare(CertificateOrder requested) {
      throw new RequestException(ErrorCode.TEMPORARILY_UNAVAILABLE, "the CA cannot sign now");
    }
  }

  /** Signs, but the certificate is not good any more when it comes back. */
  @SuppressWarnings("NullAway")
  private static final class Late extends Unable {

    @Override
    public PreparedOrder prepare(CertificateOrder requested) {
      return new PreparedOrder(requested, null, null);
    }

    @Override
    public IssuedCertificate issue(PreparedOrder prepared) {
      Instant now = Instant.EPOCH;
      return new IssuedCertificate("1", "CN=none", "", "", now, now);
    }
  }

  private ProjectionEntity projection(RegisteredClient client) {
    return current
        .proxy()
        .find(ProjectionEntity.class, new ProjectionKey(PolicyFixture.SERVER, client.username()));
  }

  /** A grant in the eyes of which everything is enforced at once. */
  private UmaGrantService grant(RegisteredClient client) {
    EntityManager em = current.proxy();
    ResourceServers servers = fixture.servers(em);
    RegisteredResources resources = fixture.resources(em);
    Entitlements entitlements = fixture.entitlements(em);
    Projections projections =
        new Projections(
            em,
            new RoleStore(em, fixture.notices(em)),
            new TestSealer(),
            fixture.clock,
            new TestEvent<>()) {
          @Override
          public boolean enforced(String resourceServer, String username, long generation) {
            return true;
          }
        };
    return new UmaGrantService(
        tickets,
        new TicketOwnership(new TicketOwners(em)),
        TestOneTimeValues.in(em, fixture.clock),
        servers,
        new Assessment(
            servers,
            entitlements,
            resources,
            new RevokedTokens(em, fixture.notices(em), fixture.clock)),
        new ApprovalDesk(servers, resources, entitlements, null),
        new LiveTokens(null, null, null, null) {
          @Override
          public Optional<LiveToken> find(String value) {
            return Optional.of(full(client));
          }
        },
        new CredentialDesk(
            servers,
            projections,
            new EnforcementWatch(projections),
            certificates,
            new CertificateLogins(
                new CertificateInventory(null, em, fixture.clock), projections, em),
            null,
            new SecureRandom(),
            fixture.clock),
        new RequestingPartyTokens(null, new TokenScopes()),
        null,
        new AuditTally(null, fixture.clock),
        fixture.clock);
  }

  /** A token of the client's with as many permissions as one can have. */
  private LiveToken full(RegisteredClient client) {
    return new LiveToken(
        LiveToken.Kind.RPT,
        "earlier",
        client,
        PolicyFixture.SERVER,
        Set.of(),
        IntStream.range(0, RequestingPartyTokens.MAX_PERMISSIONS)
            .mapToObj(i -> new TokenPermission("id-" + i, "a/" + i, READ))
            .toList(),
        null,
        fixture.clock.instant(),
        fixture.clock.instant().plusSeconds(300));
  }
}
