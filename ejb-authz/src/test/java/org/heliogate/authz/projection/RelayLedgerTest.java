package org.heliogate.authz.projection;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.projection.Projections.Enforcement;
import org.heliogate.authz.resource.ResourceProxies;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.StoredServers;
import org.heliogate.authz.resource.jpa.ResourceServerEntity;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.heliogate.spi.Credential;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayLedgerTest {

  private static final String SERVER = "mqtt";
  private static final String CLIENT = "c-1";
  private static final String USERNAME = "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa";

  private final MutableClock clock = new MutableClock();
  private TestDatabase database;
  private boolean sealed;

  @BeforeEach
  void register() throws Exception {
    database = TestDatabase.create();
    RoleGrant grant =
        new RoleGrant(
            SERVER,
            TemplateExpression.parse("wams/+/m", TemplateExpression.Use.RESOURCE),
            Set.of("subscribe"));
    database.runInTransaction(
        em -> {
          em.persist(
              new ResourceServerEntity(SERVER, "mqtt", "java:/heliogate/rs/mqtt", clock.instant()));
          new RoleStore(em, notices(em)).define(new Role("subscriber", "w", 1, List.of(grant)));
          ClientEntity client =
              new ClientEntity(CLIENT, USERNAME, "app", ClientKind.APPLICATION, clock.instant());
          client.setTerms(
              Set.of(AuthenticationMethod.CLIENT_SECRET_BASIC),
              Set.of("uma_authorization"),
              true,
              false);
          client.setRoles(Set.of("subscriber"));
          em.persist(client);
        });
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void claimWhenCertificateWantedThenWholeState() {
    Enforcement wanted = require(CredentialKind.X509);
    RelayBatch batch = claim(1);
    assertThat(batch.states())
        .containsExactly(
            PrincipalState.present(
                USERNAME,
                wanted.generation(),
                new Credential.X509("CN=" + USERNAME),
                Set.of(Permission.allow("wams/+/m", "subscribe"))));
  }

  @Test
  void settleWhenEnforcedThenNothingIsPending() {
    Enforcement wanted = require(CredentialKind.X509);
    RelayBatch batch = claim(lease());
    assertThat(settle(batch, Status.ENFORCED))
        .containsExactly(Map.entry(USERNAME, wanted.generation()));
    assertThat(claim(1).states()).isEmpty();
    assertThat(enforced(wanted)).isTrue();
  }

  @Test
  void settleWhenRaisedMeanwhileThenOnlyTheSnapshotCounts() {
    require(CredentialKind.X509);
    RelayBatch batch = claim(lease());
    database.runInTransaction(em -> projections(em).raiseOfRoles(Set.of("subscriber")));
    settle(batch, Status.ENFORCED);
    assertThat(claim(1).states())
        .singleElement()
        .satisfies(
            state ->
                assertThat(state.generation()).isGreaterThan(batch.states().get(0).generation()));
  }

  @Test
  void settleWhenAnotherNodeHasTakenOverThenNothingIsNotedAndAllIsWantedOnceMore() {
    Enforcement wanted = require(CredentialKind.X509);
    RelayBatch late = claim(lease());
    clock.advance(java.time.Duration.ofSeconds(11));
    database.inTransaction(em -> new RelayLease("node-2", em, clock).acquire(SERVER));
    assertThat(settle(late, Status.ENFORCED)).isEmpty();
    assertThat(enforced(wanted)).isFalse();
    assertThat(claim(1).states())
        .singleElement()
        .satisfies(state -> assertThat(state.generation()).isGreaterThan(wanted.generation()));
  }

  @Test
  void settleWhenToBeRetriedThenWaitsLongerEachTime() {
    require(CredentialKind.X509);
    long fence = lease();
    settle(claim(fence), Status.RETRY);
    assertThat(claim(fence).states()).isEmpty();
    clock.advance(java.time.Duration.ofMillis(250));
    assertThat(claim(fence).states()).hasSize(1);
    settle(claim(fence), Status.RETRY);
    clock.advance(java.time.Duration.ofMillis(250));
    assertThat(claim(fence).states()).isEmpty();
    clock.advance(java.time.Duration.ofMillis(250));
    assertThat(claim(fence).states()).hasSize(1);
  }

  @Test
  void settleWhenServerIsAheadThenRisesAbove() {
    Enforcement wanted = require(CredentialKind.X509);
    long fence = lease();
    settle(claim(fence), Status.SUPERSEDED);
    assertThat(claim(fence).states())
        .singleElement()
        .satisfies(state -> assertThat(state.generation()).isGreaterThan(wanted.generation()));
  }

  @Test
  void claimWhenCredentialsWereDroppedThenAbsent() {
    require(CredentialKind.X509);
    settle(claim(lease()), Status.ENFORCED);
    database.runInTransaction(em -> projections(em).dropCredentials(List.of(CLIENT)));
    assertThat(claim(1).states())
        .singleElement()
        .satisfies(state -> assertThat(state.presence()).isEqualTo(PrincipalState.Presence.ABSENT));
  }

  @Test
  void requireCertificateLoginsWhenNewThenWantedOnce() {
    List<Enforcement> wanted = requireLogins();
    assertThat(wanted).extracting(Enforcement::resourceServer).containsExactly(SERVER);
    assertThat(claim(lease()).states())
        .singleElement()
        .satisfies(
            state -> assertThat(state.presence()).isEqualTo(PrincipalState.Presence.PRESENT));
    assertThat(requireLogins()).isEqualTo(wanted);
  }

  @Test
  void requireCertificateLoginsWhenThereIsAPasswordThenItStays() {
    database.inTransaction(
        em -> projections(em).requirePassword(client(em), SERVER, new byte[] {'p'}));
    RelayBatch before = claim(1);
    assertThat(requireLogins()).isEmpty();
    assertThat(claim(1).states()).isEqualTo(before.states());
  }

  @Test
  void claimWhenAPasswordCannotBeUnsealedThenTheOthersAreCarriedAndItWaits() {
    other("c-2", "hg-bbbbbbbbbbbbbbbbbbbbbbbbbb");
    require(CredentialKind.X509);
    database.inTransaction(
        em ->
            projections(em)
                .requirePassword(
                    new ClientStore(em).load("c-2").orElseThrow(), SERVER, new byte[] {'p'}));
    sealed = true;
    long fence = lease();
    RelayBatch batch = claim(fence);
    assertThat(batch.states()).extracting(PrincipalState::name).containsExactly(USERNAME);
    assertThat(batch.unready())
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.status()).isEqualTo(Status.RETRY));
    database.inTransaction(em -> ledger(em).settle(batch, batch.unready()));
    settle(batch, Status.ENFORCED);
    assertThat(claim(fence).isEmpty()).isTrue();
    sealed = false;
    clock.advance(java.time.Duration.ofSeconds(1));
    assertThat(claim(fence).states()).hasSize(1);
  }

  @Test
  void claimWhenManyWaitThenWhoMustVanishComesFirstAndAlone() {
    for (int i = 0; i < 60; i++) {
      String id = "m-%02d".formatted(i);
      other(id, "hg-m%025d".formatted(i));
      database.runInTransaction(
          em ->
              projections(em)
                  .require(
                      new ClientStore(em).load(id).orElseThrow(), SERVER, CredentialKind.X509));
    }
    clock.advance(java.time.Duration.ofSeconds(1));
    require(CredentialKind.X509);
    database.runInTransaction(em -> projections(em).dropCredentials(List.of(CLIENT)));
    RelayBatch batch = claim(lease());
    assertThat(batch.states()).extracting(PrincipalState::name).containsExactly(USERNAME);
    assertThat(batch.states().get(0).presence()).isEqualTo(PrincipalState.Presence.ABSENT);
    settle(batch, Status.ENFORCED);
    assertThat(claim(lease()).states()).hasSize(50);
  }

  @Test
  void raiseOfRolesWhenNobodyCanLogInThenNothingIsSent() {
    require(CredentialKind.X509);
    database.runInTransaction(em -> projections(em).dropCredentials(List.of(CLIENT)));
    settle(claim(lease()), Status.ENFORCED);
    database.runInTransaction(
        em -> {
          projections(em).raiseOfRoles(Set.of("subscriber"));
          projections(em).raiseOfClients(List.of(CLIENT));
        });
    assertThat(claim(1).isEmpty()).isTrue();
  }

  @Test
  void settleWhenTheCredentialIsLostThenTheOneAskedForMeanwhileStays() {
    require(CredentialKind.X509);
    RelayBatch batch = claim(lease());
    database.runInTransaction(
        em -> projections(em).requirePassword(client(em), SERVER, new byte[] {'n'}));
    settle(batch, Status.CREDENTIAL_LOST);
    assertThat(claim(1).states().get(0).credential()).isEqualTo(new Credential.Password("n"));
    settle(claim(1), Status.CREDENTIAL_LOST);
    database.runInTransaction(em -> projections(em).raiseOfClients(List.of(CLIENT)));
    assertThat(claim(1).isEmpty()).isTrue();
  }

  @Test
  void expirePasswordsWhenOneWasNeverFetchedThenItEndsToo() {
    database.runInTransaction(
        em -> projections(em).requirePassword(client(em), SERVER, new byte[] {'a'}));
    settle(claim(lease()), Status.ENFORCED);
    clock.advance(Projections.PASSWORD_LIFETIME.plusSeconds(1));
    boolean more = database.inTransaction(em -> projections(em).expirePasswords());
    assertThat(more).isFalse();
    assertThat(claim(1).states().get(0).presence()).isEqualTo(PrincipalState.Presence.ABSENT);
  }

  private void other(String id, String username) {
    database.runInTransaction(
        em -> {
          ClientEntity client =
              new ClientEntity(id, username, "app", ClientKind.APPLICATION, clock.instant());
          client.setTerms(
              Set.of(AuthenticationMethod.CLIENT_SECRET_BASIC),
              Set.of("uma_authorization"),
              true,
              false);
          em.persist(client);
        });
  }

  private List<Enforcement> requireLogins() {
    return database.inTransaction(
        em -> projections(em).requireCertificateLogins(client(em), List.of(SERVER)));
  }

  @Test
  void claimWhenClientEndedThenAbsent() {
    require(CredentialKind.X509);
    database.runInTransaction(em -> em.find(ClientEntity.class, CLIENT).revoke(clock.instant()));
    assertThat(claim(1).states())
        .singleElement()
        .satisfies(state -> assertThat(state.presence()).isEqualTo(PrincipalState.Presence.ABSENT));
  }

  @Test
  void takePasswordWhenEnforcedThenOnceAndErased() {
    Enforcement wanted =
        database.inTransaction(
            em -> projections(em).requirePassword(client(em), SERVER, new byte[] {'a'}));
    assertThat(wanted.generation()).isEqualTo(2);
    assertThat(claim(1).states().get(0).credential()).isEqualTo(new Credential.Password("a"));
    assertThat(takePassword()).isEmpty();
    settle(claim(lease()), Status.ENFORCED);
    assertThat(takePassword()).hasValue("a");
    assertThat(takePassword()).isEmpty();
    database.runInTransaction(em -> projections(em).raiseOfClients(List.of(CLIENT)));
    assertThat(claim(1).states().get(0).credential()).isEqualTo(new Credential.KeptPassword());
  }

  @Test
  void expirePasswordsWhenOldThenThePrincipalVanishes() {
    database.runInTransaction(
        em -> projections(em).requirePassword(client(em), SERVER, new byte[] {'a'}));
    settle(claim(lease()), Status.ENFORCED);
    assertThat(takePassword()).isPresent();
    clock.advance(Projections.PASSWORD_LIFETIME.minusSeconds(1));
    database.runInTransaction(em -> projections(em).expirePasswords());
    assertThat(claim(1).states()).isEmpty();
    clock.advance(java.time.Duration.ofSeconds(2));
    database.runInTransaction(em -> projections(em).expirePasswords());
    assertThat(claim(1).states().get(0).presence()).isEqualTo(PrincipalState.Presence.ABSENT);
  }

  private java.util.Optional<String> takePassword() {
    return database.inTransaction(
        em ->
            projections(em)
                .takePassword(client(em), SERVER)
                .map(password -> new String(password, java.nio.charset.StandardCharsets.US_ASCII)));
  }

  private Enforcement require(CredentialKind kind) {
    return database.inTransaction(em -> projections(em).require(client(em), SERVER, kind));
  }

  private boolean enforced(Enforcement wanted) {
    return database.inTransaction(
        em -> projections(em).enforced(SERVER, USERNAME, wanted.generation()));
  }

  private long lease() {
    return database.inTransaction(em -> lease(em).acquire(SERVER)).orElseThrow();
  }

  private RelayBatch claim(long fence) {
    return database.inTransaction(em -> ledger(em).claim(SERVER, fence, RelayPace.MAX));
  }

  private Map<String, Long> settle(RelayBatch batch, Status status) {
    List<PrincipalOutcome> outcomes =
        batch.states().stream()
            .map(state -> new PrincipalOutcome(state.name(), state.generation(), status, null))
            .toList();
    return database.inTransaction(em -> ledger(em).settle(batch, outcomes));
  }

  private RelayLedger ledger(EntityManager em) {
    return new RelayLedger(
        em,
        lease(em),
        new ClientStore(em),
        new RoleStore(em, notices(em)),
        entitlements(em),
        new TestSealer() {
          @Override
          public byte[] open(String kept, String context) {
            if (sealed) {
              throw new RequestException(ErrorCode.TEMPORARILY_UNAVAILABLE, "the HSM is away");
            }
            return super.open(kept, context);
          }
        },
        new AuditTrail(em, clock),
        clock);
  }

  private Entitlements entitlements(EntityManager em) {
    return new Entitlements(
        new RoleStore(em, notices(em)),
        new GrantStore(em),
        new ResourceServers(
            em,
            new StoredServers(em),
            new ResourceProxies(),
            notices(em),
            new AuditTrail(em, clock),
            clock),
        clock);
  }

  private RelayLease lease(EntityManager em) {
    return new RelayLease("node-1", em, clock);
  }

  private Projections projections(EntityManager em) {
    return new Projections(
        em, new RoleStore(em, notices(em)), new TestSealer(), clock, new TestEvent<>());
  }

  private ChangeNotices notices(EntityManager em) {
    return new ChangeNotices(em, clock, new TestEvent<>());
  }

  private static RegisteredClient client(EntityManager em) {
    return new ClientStore(em).load(CLIENT).orElseThrow();
  }
}
