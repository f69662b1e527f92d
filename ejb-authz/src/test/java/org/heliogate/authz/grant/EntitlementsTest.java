package org.heliogate.authz.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heliogate.authz.policy.PolicyFixture.CLIENT;
import static org.heliogate.authz.policy.PolicyFixture.ROLE;
import static org.heliogate.authz.policy.PolicyFixture.SERVER;
import static org.heliogate.authz.policy.PolicyFixture.ofRole;
import static org.heliogate.authz.policy.PolicyFixture.own;

import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.grant.jpa.GrantEntity;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.CurrentEntityManager;
import org.heliogate.authz.policy.GrantTerms;
import org.heliogate.authz.policy.PolicyFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EntitlementsTest {

  private static final int MANY = 10_000;

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void ofWhenRoleAndOwnGrantsThenBothMinusRefusals() {
    fixture.database.runInTransaction(
        em -> {
          fixture.grants(em).create("admin", own("b", Effect.ALLOW, "read", "write"));
          fixture.grants(em).create("admin", own("b", Effect.DENY, "write"));
          fixture.grants(em).create("admin", ofRole("a/secret", Effect.DENY, "read"));
          fixture.grants(em).create("admin", ofRole("${client.id}", Effect.ALLOW, "write"));
          Rights rights = fixture.entitlements(em).of(PolicyFixture.client(em), SERVER);
          assertThat(rights.scopes("a/1")).containsExactly("read");
          assertThat(rights.scopes("a/secret")).isEmpty();
          assertThat(rights.scopes("b")).containsExactly("read");
          assertThat(rights.scopes(CLIENT)).containsExactly("write");
          assertThat(fixture.entitlements(em).of(PolicyFixture.client(em), "album").scopes("b"))
              .isEmpty();
        });
  }

  @Test
  void ofWhenAskedAgainThenNoStatementUntilWordOfAChange() {
    fixture.database.runInTransaction(
        em -> {
          Entitlements entitlements = fixture.entitlements(em);
          RegisteredClient client = PolicyFixture.client(em);
          assertThat(entitlements.of(client, SERVER).scopes("b")).isEmpty();
          fixture.grants(em).create("admin", own("b", Effect.ALLOW, "write"));
          em.flush();
          long before = fixture.database.statements();
          assertThat(entitlements.of(client, SERVER).scopes("b")).isEmpty();
          assertThat(fixture.database.statements()).isEqualTo(before);
          entitlements.forget(new ChangeNotice(ChangeNotice.Kind.CLIENT_GRANTS, CLIENT));
          assertThat(entitlements.of(client, SERVER).scopes("b")).containsExactly("write");
          fixture.grants(em).create("admin", ofRole("b", Effect.DENY, "write"));
          entitlements.forget(new ChangeNotice(ChangeNotice.Kind.ROLE, ROLE));
          assertThat(entitlements.of(client, SERVER).scopes("b")).isEmpty();
        });
  }

  @Test
  void ofWhenTheClientHasChangedThenItsRightsFollow() {
    fixture.database.runInTransaction(
        em -> {
          Entitlements entitlements = fixture.entitlements(em);
          assertThat(entitlements.of(PolicyFixture.client(em), SERVER).scopes("a/1")).isNotEmpty();
          em.find(ClientEntity.class, CLIENT).setRoles(Set.of());
          em.flush();
          assertThat(entitlements.of(PolicyFixture.client(em), SERVER).scopes("a/1")).isEmpty();
        });
  }

  @Test
  void ofWhenTimePassesThenGrantsBeginAndEndWithoutAStatement() {
    Instant start = fixture.clock.instant();
    fixture.database.runInTransaction(
        em -> {
          fixture
              .grants(em)
              .create(
                  "admin",
                  new GrantTerms(
                      CLIENT,
                      null,
                      SERVER,
                      "b",
                      Set.of("write"),
                      Effect.ALLOW,
                      start.plusSeconds(10),
                      start.plusSeconds(20)));
          Entitlements entitlements = fixture.entitlements(em);
          RegisteredClient client = PolicyFixture.client(em);
          assertThat(entitlements.of(client, SERVER).scopes("b")).isEmpty();
          long before = fixture.database.statements();
          fixture.clock.advance(Duration.ofSeconds(10));
          assertThat(entitlements.of(client, SERVER).scopes("b")).containsExactly("write");
          assertThat(stored(em, client)).hasSize(2);
          before = before + 4;
          fixture.clock.advance(Duration.ofMillis(9_999));
          assertThat(entitlements.of(client, SERVER).scopes("b")).containsExactly("write");
          fixture.clock.advance(Duration.ofMillis(1));
          assertThat(entitlements.of(client, SERVER).scopes("b")).isEmpty();
          assertThat(fixture.database.statements()).isLessThanOrEqualTo(before);
          assertThat(stored(em, client)).hasSize(1);
        });
  }

  @Test
  void storedNowWhenRefusedThenTheRefusalIsThere() {
    fixture.database.runInTransaction(
        em -> {
          fixture.grants(em).create("admin", ofRole("a/1", Effect.DENY, "read"));
          assertThat(stored(em, PolicyFixture.client(em)))
              .containsExactly(
                  new Entitlement(SERVER, "a/*", Set.of("read"), Effect.ALLOW),
                  new Entitlement(SERVER, "a/1", Set.of("read"), Effect.DENY));
        });
  }

  @Test
  void ofWhenTenThousandGrantsThenReadOnceAndFoundByOneLook() {
    fixture.database.runInTransaction(this::grantMany);
    fixture.database.runInTransaction(
        em -> {
          Entitlements entitlements = fixture.entitlements(em);
          RegisteredClient client = PolicyFixture.client(em);
          long before = fixture.database.statements();
          long start = System.nanoTime();
          entitlements.of(client, SERVER).scopes("m/1");
          long first = System.nanoTime() - start;
          assertThat(fixture.database.statements() - before).isLessThanOrEqualTo(4);
          before = fixture.database.statements();
          long comparisons = fixture.syntax.comparisons();
          start = System.nanoTime();
          assertThat(entitlements.of(client, SERVER).scopes("m/5000")).containsExactly("write");
          assertThat(entitlements.of(client, SERVER).all(Set.of(), 51)).hasSize(51);
          long cold = System.nanoTime() - start;
          assertThat(fixture.database.statements()).isEqualTo(before);
          // The role's one pattern is the only thing to be compared.
          assertThat(fixture.syntax.comparisons() - comparisons).isEqualTo(1);
          long[] nanos = new long[101];
          for (int i = 0; i < nanos.length; i++) {
            start = System.nanoTime();
            entitlements.of(client, SERVER).scopes("m/" + i);
            entitlements.of(client, SERVER).all(Set.of(), 51);
            nanos[i] = System.nanoTime() - start;
          }
          Arrays.sort(nanos);
          System.out.printf(
              "a client with %d grants: read in %d ms, asked first in %d µs, then median %d µs,"
                  + " worst %d µs of %d%n",
              MANY,
              first / 1_000_000,
              cold / 1_000,
              nanos[nanos.length / 2] / 1_000,
              nanos[nanos.length - 1] / 1_000,
              nanos.length);
        });
  }

  @Test
  void ofWhenOneOfTenThousandGrantsChangesThenItAloneIsReadAgain() {
    fixture.database.runInTransaction(this::grantMany);
    CurrentEntityManager current = new CurrentEntityManager(fixture.database);
    Entitlements entitlements = fixture.entitlements(current.proxy());
    RegisteredClient client =
        current.within(
            () -> {
              RegisteredClient found = PolicyFixture.client(current.proxy());
              assertThat(entitlements.of(found, SERVER).scopes("m/1")).containsExactly("write");
              return found;
            });
    long[] nanos = new long[51];
    for (int i = 0; i < nanos.length; i++) {
      String name = "changed/" + i;
      fixture.database.runInTransaction(
          em -> em.find(GrantEntity.class, "g-1").setTerms(name, Set.of("write"), Effect.ALLOW));
      entitlements.forget(new ChangeNotice(ChangeNotice.Kind.CLIENT_GRANTS, CLIENT, "g-1"));
      long before = fixture.database.statements();
      long start = System.nanoTime();
      Set<String> scopes =
          current.within(() -> Set.copyOf(entitlements.of(client, SERVER).scopes(name)));
      nanos[i] = System.nanoTime() - start;
      assertThat(scopes).containsExactly("write");
      assertThat(fixture.database.statements() - before).isEqualTo(1);
    }
    assertThat(entitlements.of(client, SERVER).scopes("m/1")).isEmpty();
    assertThat(entitlements.of(client, SERVER).scopes("m/2")).containsExactly("write");
    Arrays.sort(nanos);
    System.out.printf(
        "a client with %d grants, one of them changed: asked first in median %d µs, worst %d µs%n",
        MANY, nanos[nanos.length / 2] / 1_000, nanos[nanos.length - 1] / 1_000);
  }

  private void grantMany(EntityManager em) {
    for (int i = 0; i < MANY; i++) {
      GrantEntity row =
          new GrantEntity("g-" + i, CLIENT, null, SERVER, "admin", fixture.clock.instant());
      row.setTerms("m/" + i, Set.of("write"), Effect.ALLOW);
      em.persist(row);
    }
  }

  private List<Entitlement> stored(EntityManager em, RegisteredClient client) {
    return fixture.entitlements(em).storedNow(List.of(client)).getOrDefault(CLIENT, List.of());
  }
}
