package org.heliogate.authz.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientSecrets;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.authz.protection.PermissionRequests.Wanted;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceProxies;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.StoredResources;
import org.heliogate.authz.resource.StoredServers;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.uma.AskedPermission;
import org.heliogate.authz.uma.PermissionTickets;
import org.heliogate.authz.uma.TokenScopes;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProtectionApiTest {

  private final MutableClock clock = new MutableClock();
  private final TestEvent<ChangeNotice> events = new TestEvent<>();
  private final TestDatabase database = TestDatabase.create();
  private Caller album;
  private Caller other;

  @BeforeEach
  void admit() {
    album = admit("album");
    other = admit("other");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void admitWhenIdIsTakenThenConflict() {
    assertRefused(ErrorCode.CONFLICT, () -> admit("album"));
  }

  @Test
  void changeWhenVersionIsTheExpectedThenRegistrationGoesByTheNewTemplate() {
    TokenTerms terms = new TokenTerms("${scope}:${resource.name}", Duration.ofMinutes(1));
    assertThat(change("album", terms, 0L)).isEqualTo(1);
    assertThat(change("album", terms, null)).as("nothing to change").isEqualTo(1);
    assertRefused(ErrorCode.PRECONDITION_FAILED, () -> change("album", TokenTerms.DEFAULT, 0L));
    assertRefused(ErrorCode.NOT_FOUND, () -> change("none", terms, null));
    TokenTerms none = new TokenTerms("${scope}", Duration.ofMinutes(1));
    assertRefused(ErrorCode.UNPROCESSABLE, () -> change("album", none, null));
    assertRefused(ErrorCode.INVALID_REQUEST, () -> create(album, "a b", "view"));
    assertThat(list(album)).isEmpty();
    create(other, "a b", "view");
    String id = create(album, "a/1", "view");
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () ->
            in(
                sets -> {
                  sets.replace(album, id, description("a b", "view"));
                  return id;
                }));
    assertThat(read(album, id).name()).isEqualTo("a/1");
  }

  @Test
  void createWhenRegisteredThenOnlyItsServerSeesIt() {
    String id = create(album, "a/1", "view");
    assertThat(list(album)).containsExactly(id);
    assertThat(read(album, id).scopes()).containsExactly("view");
    assertThat(list(other)).isEmpty();
    assertRefused(ErrorCode.NOT_FOUND, () -> read(other, id));
    assertRefused(ErrorCode.NOT_FOUND, () -> delete(other, id));
    assertThat(create(other, "a/1", "view")).isNotEqualTo(id);
  }

  @Test
  void createWhenNameIsTakenThenConflict() {
    create(album, "a/1", "view");
    assertRefused(ErrorCode.CONFLICT, () -> create(album, "a/1", "edit"));
  }

  @Test
  void createWhenThereIsNoNameThenTheIdentifierIsTheName() {
    String one = in(sets -> sets.create(album, description(null, "view")));
    String two = in(sets -> sets.create(album, description(null, "view")));
    assertThat(read(album, one).name()).isEqualTo(one);
    assertThat(read(album, two).name()).isEqualTo(two).isNotEqualTo(one);
    assertRefused(ErrorCode.CONFLICT, () -> create(album, one, "view"));
  }

  @Test
  void replaceWhenThereIsNoNameThenItKeepsItsNameAndItsPermissions() {
    String id = create(album, "a/1", "view");
    in(
        sets -> {
          sets.replace(album, id, description(null, "edit"));
          return id;
        });
    assertThat(read(album, id).name()).isEqualTo("a/1");
    assertThat(read(album, id).scopes()).containsExactly("edit");
    database.runInTransaction(
        em -> {
          RevokedTokens revoked = revoked(em);
          revoked.load();
          assertThat(revoked.ended(RevokedTokens.Kind.RESOURCE, id, clock.instant())).isFalse();
        });
  }

  @Test
  void createWhenAGrantHasNamedItThenItKeepsItsIdentifier() {
    grant("a/1", "view");
    String id = ResourceRegistrar.id("album", "a/1");
    assertThat(list(album)).containsExactly(id);
    assertThat(create(album, "a/1", "edit")).isEqualTo(id);
    grant("a/1", "view");
    assertThat(read(album, id).scopes()).containsExactlyInAnyOrder("edit", "view");
  }

  @Test
  void replaceWhenRenamedThenAGrantOfTheOldNameIsAnotherResource() {
    grant("a/1", "view");
    String id = ResourceRegistrar.id("album", "a/1");
    in(
        sets -> {
          sets.replace(album, id, description("a/2", "view"));
          return id;
        });
    assertThat(read(album, id).name()).isEqualTo("a/2");
    grant("a/1", "view");
    assertThat(list(album)).hasSize(2).contains(id);
    assertRefused(
        ErrorCode.CONFLICT,
        () ->
            in(
                sets -> {
                  sets.replace(album, id, description("a/1", "view"));
                  return id;
                }));
  }

  @Test
  void deleteWhenItsThenGoneAndTokensForItEnd() {
    String id = create(album, "a/1", "view");
    delete(album, id);
    assertThat(list(album)).isEmpty();
    database.runInTransaction(
        em -> {
          RevokedTokens revoked = revoked(em);
          revoked.load();
          assertThat(revoked.ended(RevokedTokens.Kind.RESOURCE, id, clock.instant())).isTrue();
        });
    assertRefused(ErrorCode.NOT_FOUND, () -> delete(album, id));
  }

  @Test
  void createWhenMoreIsSaidThenGivenBackUntilReplaced() {
    ResourceExtension more =
        new ResourceExtension(
            "One", true, List.of("https://h/1"), Map.of("b", List.of("2", "3"), "a", List.of()));
    String id =
        in(
            sets ->
                sets.create(
                    album, new ResourceDescription("a/1", null, Set.of("view"), null, null, more)));
    assertThat(in(sets -> sets.read(album, id)).extension()).isEqualTo(more);
    in(
        sets -> {
          sets.replace(album, id, description("a/1", "view"));
          return id;
        });
    assertThat(in(sets -> sets.read(album, id)).extension()).isEqualTo(ResourceExtension.NONE);
  }

  @Test
  void searchWhenSomeMatchThenThoseInTheOrderOfTheirNames() {
    String two = create(album, "a/2", "view");
    String one = create(album, "a/1", "view", "edit");
    String three = create(album, "b_1", "viewer");
    create(other, "a/1", "view");
    assertThat(search(album, null, false)).containsExactly(one, two, three);
    assertThat(search(album, "a/1", true)).containsExactly(one);
    assertThat(search(album, "a/", false)).containsExactly(one, two);
    assertThat(search(album, "a/", true)).isEmpty();
    assertThat(search(album, "%", false)).isEmpty();
    assertThat(search(new ResourceSearch(two, null, false, null, null, 0, null)))
        .containsExactly(two);
    assertThat(search(new ResourceSearch(null, null, false, null, "view", 0, null)))
        .containsExactly(one, two);
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceSearch(null, null, false, null, "edit view", 0, null));
    assertThat(search(new ResourceSearch(null, null, false, "photo", null, 0, null))).isEmpty();
    assertThat(search(new ResourceSearch(null, null, false, null, null, 1, 1)))
        .containsExactly(two);
  }

  @Test
  void searchWhenMoreMatchThanFitThenRefusedUntilPaged() {
    database.runInTransaction(
        em -> {
          for (int i = 0; i <= ResourceSearch.MOST; i++) {
            em.persist(new ResourceEntity("id-" + i, "album", "n-" + i, Set.of()));
          }
        });
    assertThat(list(album)).hasSize(ResourceSearch.MOST + 1);
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> search(new ResourceSearch(null, "n-", false, null, null, 0, null)));
    assertThat(search(new ResourceSearch(null, "n-", false, null, null, 0, ResourceSearch.MOST)))
        .hasSize(ResourceSearch.MOST);
    for (int wrong : List.of(0, -2, ResourceSearch.MOST + 1)) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () -> new ResourceSearch(null, null, false, null, null, 0, wrong));
    }
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceSearch(null, null, false, null, null, -1, null));
  }

  @Test
  void extensionWhenAMemberCannotBeThenInvalidRequest() {
    List<String> uris = Collections.nCopies(33, "https://h/");
    List<String> long8 = Collections.nCopies(9, "x".repeat(1000));
    assertRefused(
        ErrorCode.INVALID_REQUEST, () -> new ResourceExtension("a\u0000", null, null, null));
    assertRefused(ErrorCode.INVALID_REQUEST, () -> new ResourceExtension("", null, null, null));
    assertRefused(ErrorCode.INVALID_REQUEST, () -> new ResourceExtension(null, null, uris, null));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceExtension(null, null, Arrays.asList("a", null), null));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceExtension(null, null, null, Map.of("", List.of("v"))));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceExtension(null, null, null, Collections.singletonMap("a", null)));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> new ResourceExtension(null, null, null, Map.of("a", long8)));
  }

  @Test
  void ticketWhenSeveralThenHoldsEachResourceOnce() {
    String one = create(album, "a/1", "view", "edit");
    String two = create(album, "a/2", "view");
    List<Wanted> wanted =
        List.of(
            new Wanted(one, Set.of("view")),
            new Wanted(one, Set.of("edit")),
            new Wanted(two, Set.of()));
    database.runInTransaction(
        em ->
            assertThat(tickets(em).read(requests(em).ticket(album, wanted)))
                .hasValueSatisfying(
                    ticket -> {
                      assertThat(ticket.resourceServer()).isEqualTo("album");
                      assertThat(ticket.client()).isNull();
                      assertThat(ticket.permissions())
                          .containsExactlyInAnyOrder(
                              AskedPermission.byId(one, Set.of("view", "edit")),
                              AskedPermission.byId(two, Set.of()));
                    }));
  }

  @Test
  void ticketWhenNotItsResourceOrScopeThenRefused() {
    String id = create(album, "a/1", "view");
    assertRefused(
        ErrorCode.INVALID_RESOURCE_ID, () -> ticket(other, new Wanted(id, Set.of("view"))));
    assertRefused(
        ErrorCode.INVALID_RESOURCE_ID, () -> ticket(album, new Wanted("x", Set.of("view"))));
    assertRefused(ErrorCode.INVALID_SCOPE, () -> ticket(album, new Wanted(id, Set.of("edit"))));
    assertRefused(ErrorCode.INVALID_REQUEST, () -> ticket(album));
  }

  @Test
  void descriptionWhenAMemberCannotBeThenInvalidRequest() {
    for (String name :
        List.of("", "$SYS/x", "admin/x", "a\u0000b", "x".repeat(1025), "\u6e2c".repeat(867))) {
      assertRefused(ErrorCode.INVALID_REQUEST, () -> description(name, "view"));
    }
    for (String scope : List.of("", "a b", "\"", "x".repeat(65))) {
      assertRefused(ErrorCode.INVALID_REQUEST, () -> description("a", scope));
    }
    for (String icon :
        List.of("x", "ftp://h/x", "javascript:alert(1)", "https://h/ x", "https://h/\ud800")) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () ->
              new ResourceDescription(
                  "a", null, Set.of("view"), null, icon, ResourceExtension.NONE));
    }
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () ->
            new ResourceDescription(
                "a", "t\n", Set.of("view"), null, null, ResourceExtension.NONE));
  }

  private Caller admit(String id) {
    RegisteredClient client =
        database.inTransaction(
            em -> {
              SelfRegistration.Admitted admitted =
                  registration(em).admit("admin", id, TokenTerms.DEFAULT, ApprovalPolicy.NONE);
              assertThat(admitted.secret()).hasSize(43);
              assertThat(admitted.toString()).doesNotContain(admitted.secret());
              assertThat(admitted.server().audience()).isEqualTo(admitted.server().clientId());
              return em.find(ClientEntity.class, admitted.server().clientId())
                  .toRegisteredClient(null);
            });
    return new Caller(client, Set.of("uma_protection"), Caller.Proof.BEARER, null);
  }

  private long change(String id, TokenTerms terms, @Nullable Long expectedVersion) {
    return database.inTransaction(
        em ->
            registration(em)
                .change("admin", id, terms, ApprovalPolicy.NONE, expectedVersion)
                .version());
  }

  private SelfRegistration registration(EntityManager em) {
    return new SelfRegistration(
        servers(em),
        new ClientService(
            em,
            new ClientSecrets(new SecureRandom()),
            notices(em),
            new AuditTrail(em, clock),
            clock));
  }

  private void grant(String name, String scope) {
    database.runInTransaction(
        em -> {
          try {
            new ResourceRegistrar(em, resources(em))
                .registerPlain(
                    List.of(
                        new RoleGrant(
                            "album",
                            TemplateExpression.parse(name, TemplateExpression.Use.RESOURCE),
                            Set.of(scope))));
          } catch (org.heliogate.authz.workflow.ExpressionException e) {
            throw new AssertionError(e);
          }
        });
  }

  private List<String> list(Caller caller) {
    return search(caller, null, false);
  }

  private List<String> search(ResourceSearch search) {
    return database.inTransaction(
        em ->
            new ResourceSearches(em, servers(em))
                .resources(album, search).stream().map(one -> one.resource().id()).toList());
  }

  private List<String> search(Caller caller, @Nullable String name, boolean exactName) {
    return database.inTransaction(
        em ->
            new ResourceSearches(em, servers(em))
                .ids(caller, new ResourceSearch(null, name, exactName, null, null, 0, null)));
  }

  private RegisteredResource read(Caller caller, String id) {
    return in(sets -> sets.read(caller, id)).resource();
  }

  private String create(Caller caller, String name, String... scopes) {
    return in(sets -> sets.create(caller, description(name, scopes)));
  }

  private String delete(Caller caller, String id) {
    return in(
        sets -> {
          sets.delete(caller, id);
          return id;
        });
  }

  private String ticket(Caller caller, Wanted... wanted) {
    return database.inTransaction(em -> requests(em).ticket(caller, List.of(wanted)));
  }

  private static ResourceDescription description(@Nullable String name, String... scopes) {
    return new ResourceDescription(name, null, Set.of(scopes), null, null, ResourceExtension.NONE);
  }

  private <T> T in(Function<ResourceSets, T> work) {
    return database.inTransaction(
        em ->
            work.apply(
                new ResourceSets(
                    em,
                    servers(em),
                    resources(em),
                    new TokenScopes(),
                    revoked(em),
                    new AuditTrail(em, clock),
                    clock)));
  }

  private static void assertRefused(
      ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private PermissionRequests requests(EntityManager em) {
    return new PermissionRequests(servers(em), resources(em), tickets(em));
  }

  private RegisteredResources resources(EntityManager em) {
    return new RegisteredResources(em, new StoredResources(em), notices(em));
  }

  private PermissionTickets tickets(EntityManager em) {
    return new PermissionTickets(
        new TokenKeyRing(new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock), clock),
        new SecureRandom(),
        clock);
  }

  private ResourceServers servers(EntityManager em) {
    return new ResourceServers(
        em,
        new StoredServers(em),
        new ResourceProxies(),
        notices(em),
        new AuditTrail(em, clock),
        clock);
  }

  private RevokedTokens revoked(EntityManager em) {
    return new RevokedTokens(em, notices(em), clock);
  }

  private ChangeNotices notices(EntityManager em) {
    return new ChangeNotices(em, clock, events);
  }
}
