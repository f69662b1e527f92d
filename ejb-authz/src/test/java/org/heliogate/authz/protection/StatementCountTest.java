package org.heliogate.authz.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.protection.PermissionRequests.Wanted;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.ClientCredentials;
import org.heliogate.authz.token.GrantedToken;
import org.heliogate.authz.uma.Redemption;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What costs how many statements (architecture, decision 7): none for a token but the one that
 * spends a ticket, once this node knows the client, the role and the resource.
 */
class StatementCountTest {

  private static final String ROLE = "viewer";

  private final MutableClock clock = new MutableClock();
  private ProtectionNode node;
  private Registered server;
  private Registered application;
  private String resource;

  private record Registered(RegisteredClient client, String secret) {

    ClientCredentials credentials() {
      return new ClientCredentials.Secret(
          AuthenticationMethod.CLIENT_SECRET_BASIC, client.clientId(), secret);
    }
  }

  @BeforeEach
  void register(@TempDir Path directory) throws Exception {
    node = new ProtectionNode(directory, clock);
    SelfRegistration.Admitted admitted =
        node.within(
            () ->
                node.selfRegistration.admit(
                    "admin", "album", TokenTerms.DEFAULT, ApprovalPolicy.NONE));
    server = registered(admitted.server().clientId(), admitted.secret());
    node.within(
        () -> {
          node.roles.define(new Role(ROLE, "w", 1, List.of(grant("a/1", "view"))));
          return ROLE;
        });
    ClientService.Registered made =
        node.within(
            () ->
                node.clientService.register(
                    "admin",
                    new ClientService.Registration(
                        "app",
                        ClientKind.APPLICATION,
                        Set.of(ROLE),
                        EnumSet.of(AuthenticationMethod.CLIENT_SECRET_BASIC),
                        Set.of("uma_authorization"))));
    application = registered(made.client().clientId(), made.secret());
    resource = node.within(() -> node.resourceSets.create(pat(), description("a/1", "view")));
    warmUp();
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void tokenWhenTheClientIsKnownThenIssuedAndCheckedWithoutAStatement() {
    assertStatements(0, "AAT issued", () -> token(application));
    assertStatements(0, "PAT issued", () -> token(server));
    String aat = token(application).value();
    String pat = token(server).value();
    assertStatements(0, "AAT as Bearer", () -> node.authenticator.bearer(aat, Optional.empty()));
    assertStatements(0, "PAT as Bearer", () -> node.authenticator.bearer(pat, Optional.empty()));
    assertStatements(0, "AAT introspected", () -> active(aat));
    assertStatements(0, "PAT introspected", () -> active(pat));
  }

  @Test
  void ticketWhenTheResourceIsKnownThenIssuedWithoutAStatement() {
    assertStatements(0, "ticket issued", this::ticket);
  }

  @Test
  void redeemWhenNoCredentialIsWantedThenOneInsertSpendsTheTicket() {
    String ticket = ticket();
    String rpt = assertStatements(1, "ticket redeemed", () -> redeem(application, ticket));
    assertStatements(0, "RPT introspected", () -> active(rpt));
    assertStatements(0, "JWKS", () -> node.signedTokens.publicKeys());
    String upgraded = ticket();
    assertStatements(
        1,
        "RPT upgraded",
        () ->
            node.within(
                () ->
                    node.grants
                        .redeem(
                            application.client(),
                            new Redemption(upgraded, Set.of(), rpt, null, false, null))
                        .rpt()));
  }

  @Test
  void redeemWhenSpentOrAnothersThenRefused() {
    String spent = ticket();
    redeem(application, spent);
    assertThat(refusal(application, spent)).isEqualTo(ErrorCode.INVALID_GRANT);

    Registered stranger = server;
    String shown = ticket();
    assertThat(refusal(stranger, shown)).isEqualTo(ErrorCode.REQUEST_DENIED);
    assertThat(refusal(application, shown)).isEqualTo(ErrorCode.INVALID_GRANT);
    assertThat(refusal(stranger, shown)).isEqualTo(ErrorCode.REQUEST_DENIED);
  }

  @Test
  void findWhenAResourceChangesThenTheNextTicketKnows() {
    assertRefused(ErrorCode.INVALID_SCOPE, () -> ticket("edit"));
    node.within(
        () -> {
          node.resourceSets.replace(pat(), resource, description("a/1", "view", "edit"));
          return resource;
        });
    assertThat(ticket("edit")).isNotEmpty();
    String before = ticket();
    node.within(
        () -> {
          node.resourceSets.delete(pat(), resource);
          return resource;
        });
    assertRefused(ErrorCode.INVALID_RESOURCE_ID, this::ticket);
    assertRefused(ErrorCode.REQUEST_DENIED, () -> redeem(application, before));
  }

  @Test
  void findWhenANameIsRegisteredLaterThenTheRightCounts() throws Exception {
    node.within(
        () -> {
          node.roles.define(
              new Role(ROLE, "w", 2, List.of(grant("a/1", "view"), grant("a/2", "view"))));
          return ROLE;
        });
    String before = ticket();
    redeem(application, before);
    String second = node.within(() -> node.resourceSets.create(pat(), description("a/2", "view")));
    String ticket =
        node.within(() -> node.requests.ticket(pat(), List.of(new Wanted(second, Set.of("view")))));
    assertThat(redeem(application, ticket)).isNotEmpty();
  }

  private void warmUp() {
    active(token(application).value());
    active(token(server).value());
    redeem(application, ticket());
  }

  private Registered registered(@Nullable String clientId, @Nullable String secret) {
    String id = Objects.requireNonNull(clientId);
    return new Registered(
        node.within(() -> node.directory.find(id).orElseThrow()), Objects.requireNonNull(secret));
  }

  private Caller pat() {
    return new Caller(server.client(), Set.of("uma_protection"), Caller.Proof.BEARER, null);
  }

  private GrantedToken token(Registered who) {
    return node.within(
        () ->
            node.tokenService.clientCredentials(
                node.clientAuthenticator.authenticate(who.credentials()),
                AuthenticationMethod.CLIENT_SECRET_BASIC,
                null,
                null));
  }

  private Introspection.Active active(String token) {
    return node.within(() -> node.introspection.inspect(server.client(), token).orElseThrow());
  }

  private String ticket() {
    return ticket("view");
  }

  private String ticket(String scope) {
    return node.within(
        () -> node.requests.ticket(pat(), List.of(new Wanted(resource, Set.of(scope)))));
  }

  private String redeem(Registered who, String ticket) {
    return node.within(
        () ->
            node.grants
                .redeem(who.client(), new Redemption(ticket, Set.of(), null, null, false, null))
                .rpt());
  }

  /** Caught within the transaction, which the container would have committed before. */
  private ErrorCode refusal(Registered who, String ticket) {
    return node.within(
        () -> {
          try {
            node.grants.redeem(
                who.client(), new Redemption(ticket, Set.of(), null, null, false, null));
            throw new AssertionError("redeemed");
          } catch (RequestException e) {
            return e.code();
          }
        });
  }

  private <T> T assertStatements(long expected, String what, Supplier<T> work) {
    long before = node.database.statements();
    T result = work.get();
    assertThat(node.database.statements() - before).as(what).isEqualTo(expected);
    clock.advance(Duration.ofSeconds(1));
    return result;
  }

  private static ResourceDescription description(String name, String... scopes) {
    return new ResourceDescription(name, null, Set.of(scopes), null, null, ResourceExtension.NONE);
  }

  private static RoleGrant grant(String name, String scope) {
    try {
      return new RoleGrant(
          "album", TemplateExpression.parse(name, TemplateExpression.Use.RESOURCE), Set.of(scope));
    } catch (ExpressionException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(ErrorCode code, Supplier<?> work) {
    assertThatThrownBy(work::get)
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
