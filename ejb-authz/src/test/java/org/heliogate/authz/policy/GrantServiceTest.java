package org.heliogate.authz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heliogate.authz.policy.PolicyFixture.CLIENT;
import static org.heliogate.authz.policy.PolicyFixture.ROLE;
import static org.heliogate.authz.policy.PolicyFixture.SERVER;
import static org.heliogate.authz.policy.PolicyFixture.own;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.platform.ChangeNotice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrantServiceTest {

  private static final String ADMIN = "admin";

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void createWhenForAClientThenRaisedNoticedAuditedAndRegistered() {
    long before = fixture.generation();
    Grant made = create(own("b/1", Effect.ALLOW, "write"));
    assertThat(fixture.generation()).isEqualTo(before + 1);
    assertThat(fixture.events.fired())
        .contains(new ChangeNotice(ChangeNotice.Kind.CLIENT_GRANTS, CLIENT, made.id()));
    fixture.database.runInTransaction(
        em -> {
          assertThat(new GrantStore(em).find(made.id())).hasValue(made);
          assertThat(new AuditTrail(em, fixture.clock).list(made.id(), "grant.create", 100, 10))
              .singleElement()
              .satisfies(
                  row -> {
                    assertThat(row.actor()).isEqualTo(ADMIN);
                    assertThat(row.details()).contains("b/1", "write", CLIENT);
                  });
          assertThat(
                  fixture
                      .resources(em)
                      .find(SERVER, Set.of(ResourceRegistrar.id(SERVER, "b/1")), Set.of()))
              .hasSize(1);
        });
  }

  @Test
  void createWhenForARoleThenItsClientsAreRaised() {
    long before = fixture.generation();
    create(PolicyFixture.ofRole("${client.id}/x", Effect.DENY, "read"));
    assertThat(fixture.generation()).isEqualTo(before + 1);
    assertThat(fixture.events.fired()).contains(new ChangeNotice(ChangeNotice.Kind.ROLE, ROLE));
  }

  @Test
  void createWhenATemplateForAClientThenItsNameIsRegistered() {
    create(own("${client.id}/x", Effect.ALLOW, "read"));
    fixture.database.runInTransaction(
        em ->
            assertThat(fixture.resources(em).find(SERVER, Set.of(), Set.of(CLIENT + "/x")))
                .hasSize(1));
  }

  @Test
  void createWhenSomethingCannotBeThenItsFaultIsNamed() {
    assertFault("/resource", own("$SYS/x", Effect.ALLOW, "read"));
    assertFault("/resource", own("admin/x", Effect.ALLOW, "read"));
    assertFault("/resource", own("system.users", Effect.ALLOW, "read"));
    assertFault("/resource", own("a/*/b", Effect.ALLOW, "read"));
    assertFault("/resource", own("${device.id}/x", Effect.ALLOW, "read"));
    assertFault("/resource", own("${workflow.name}/x", Effect.ALLOW, "read"));
    assertFault("/resource", own("${client.getClass()}", Effect.ALLOW, "read"));
    assertFault("/resource", own("", Effect.ALLOW, "read"));
    assertFault("/scopes", own("a", Effect.ALLOW, "publish"));
    assertFault("/scopes", own("a", Effect.ALLOW));
    assertFault("/scopes", own("a", Effect.DENY, "a b"));
    assertFault("/client", terms("nobody", null, SERVER));
    assertFault("/client", terms("../x", null, SERVER));
    assertFault("/client", terms(CLIENT, ROLE, SERVER));
    assertFault("/role", terms(null, "nobody", SERVER));
    assertFault("/resource_server", terms(CLIENT, null, "nowhere"));
    assertFault("/resource_server", terms(CLIENT, null, "No Label"));
    Instant now = fixture.clock.instant();
    assertFault("/not_after", bounds(null, now));
    assertFault("/not_after", bounds(now.plusSeconds(9), now.plusSeconds(9)));
    fixture.database.runInTransaction(
        em -> em.find(ClientEntity.class, CLIENT).revoke(fixture.clock.instant()));
    assertFault("/client", own("a", Effect.ALLOW, "read"));
    fixture.database.runInTransaction(
        em -> assertThat(new GrantStore(em).page(null, null, null, "", 10)).isEmpty());
  }

  @Test
  void createWhenARolesTemplateIsMalformedForItsServerThenRefused() {
    assertFault("/resource", PolicyFixture.ofRole("a/*/${device.id}", Effect.ALLOW, "read"));
    create(
        PolicyFixture.ofRole(
            "${device.attributes['site-id']}/${device.attributes.bay}/*", Effect.ALLOW, "read"));
  }

  @Test
  void replaceWhenChangedThenRaisedAndVersionRises() {
    Grant made = create(own("b/1", Effect.ALLOW, "write"));
    long before = fixture.generation();
    Grant changed =
        in(grants -> grants.replace(ADMIN, made.id(), own("b/2", Effect.DENY, "read"), 0L));
    assertThat(changed.version()).isEqualTo(1);
    assertThat(changed.resource().text()).isEqualTo("b/2");
    assertThat(changed.effect()).isEqualTo(Effect.DENY);
    assertThat(fixture.generation()).isEqualTo(before + 1);
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        grants -> grants.replace(ADMIN, made.id(), own("b/3", Effect.DENY, "read"), 0L));
    assertRefused(
        ErrorCode.UNPROCESSABLE,
        grants -> grants.replace(ADMIN, made.id(), terms(null, ROLE, SERVER), null));
    assertRefused(
        ErrorCode.NOT_FOUND,
        grants -> grants.replace(ADMIN, "x", own("b/3", Effect.DENY, "read"), null));
  }

  @Test
  void deleteWhenThereThenRaisedOnce() {
    Grant made = create(own("b/1", Effect.ALLOW, "write"));
    long before = fixture.generation();
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        grants -> {
          grants.delete(ADMIN, made.id(), 7L);
          return made;
        });
    in(
        grants -> {
          grants.delete(ADMIN, made.id(), 0L);
          return made;
        });
    assertThat(fixture.generation()).isEqualTo(before + 1);
    assertRefused(
        ErrorCode.NOT_FOUND,
        grants -> {
          grants.delete(ADMIN, made.id(), null);
          return made;
        });
  }

  @Test
  void passWhenBoundsPassThenEachRaisesOnceOnWhateverNode() {
    Instant now = fixture.clock.instant();
    Grant made = create(bounds(now.plusSeconds(10), now.plusSeconds(20)));
    long before = fixture.generation();
    pass();
    assertThat(fixture.generation()).isEqualTo(before);
    fixture.clock.advance(Duration.ofSeconds(10));
    pass();
    pass();
    assertThat(fixture.generation()).isEqualTo(before + 1);
    fixture.clock.advance(Duration.ofSeconds(10));
    pass();
    pass();
    assertThat(fixture.generation()).isEqualTo(before + 2);
    fixture.clock.advance(Duration.ofDays(1));
    pass();
    assertThat(fixture.generation()).isEqualTo(before + 2);
    fixture.database.runInTransaction(
        em -> assertThat(new GrantStore(em).find(made.id()).orElseThrow().version()).isZero());
  }

  @Test
  void passWhenBothPassedWhileNobodyLookedThenRaisedOnce() {
    Instant now = fixture.clock.instant();
    create(bounds(now.plusSeconds(10), now.plusSeconds(20)));
    long before = fixture.generation();
    fixture.clock.advance(Duration.ofDays(3));
    pass();
    pass();
    assertThat(fixture.generation()).isEqualTo(before + 1);
  }

  private void pass() {
    fixture.database.runInTransaction(em -> fixture.bounds(em).pass());
  }

  private static GrantTerms terms(@Nullable String client, @Nullable String role, String server) {
    return new GrantTerms(client, role, server, "a", Set.of("read"), Effect.ALLOW, null, null);
  }

  private static GrantTerms bounds(@Nullable Instant notBefore, Instant notAfter) {
    return new GrantTerms(
        CLIENT, null, SERVER, "a", Set.of("write"), Effect.ALLOW, notBefore, notAfter);
  }

  private Grant create(GrantTerms terms) {
    return in(grants -> grants.create(ADMIN, terms));
  }

  private Grant in(Function<GrantService, Grant> work) {
    return fixture.database.inTransaction(em -> work.apply(fixture.grants(em)));
  }

  private void assertRefused(ErrorCode code, Function<GrantService, Grant> work) {
    assertThatThrownBy(() -> in(work))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void assertFault(String pointer, GrantTerms terms) {
    assertThatThrownBy(() -> create(terms))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
              assertThat(e.faults().stream().map(Fault::path).toList()).isEqualTo(List.of(pointer));
            });
  }
}
