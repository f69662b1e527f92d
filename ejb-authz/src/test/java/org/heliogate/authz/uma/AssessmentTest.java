package org.heliogate.authz.uma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.policy.GrantTerms;
import org.heliogate.authz.policy.PolicyFixture;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.token.TokenPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AssessmentTest {

  private static final String ALBUM = "album";
  private static final Set<String> NONE = Set.of();

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void assessWhenNoScopeOfTheProxiedServerIsAskedForThenInvalidScope() {
    for (String name : new String[] {"a/1", "b/1", null}) {
      AskedPermission asked = AskedPermission.byName(name, NONE);
      refused(() -> assess(PolicyFixture.SERVER, asked, Set.of("fly")));
      refused(() -> assess(PolicyFixture.SERVER, asked, Set.of("read", "fly")));
    }
  }

  @Test
  void assessWhenTheProxiedServerKnowsTheScopeThenWhatCountsIsTheRight() {
    AskedPermission asked = AskedPermission.byName("a/1", NONE);
    assertThat(assess(PolicyFixture.SERVER, asked, Set.of("read", "write")))
        .containsExactly(permission(PolicyFixture.SERVER, "a/1", "read"));
    assertThat(assess(PolicyFixture.SERVER, asked, Set.of("write"))).isEmpty();
  }

  @Test
  void assessWhenFewOfManyRightsAreWantedThenOnlyTheseCount() {
    mayView(RequestingPartyTokens.MAX_PERMISSIONS + 1);
    may("z", "edit", "view");
    refused(() -> assess(ALBUM, everything(), NONE));
    refused(() -> assess(ALBUM, everything("view"), NONE));
    assertThat(assess(ALBUM, everything("edit"), NONE))
        .containsExactly(permission(ALBUM, "z", "edit"));
    assertThat(assess(ALBUM, everything(), Set.of("edit")))
        .containsExactly(permission(ALBUM, "z", "edit"));
  }

  @Test
  void assessWhenNoResourceKnowsAFurtherScopeThenInvalidScope() {
    mayView(2);
    refused(() -> assess(ALBUM, everything(), Set.of("fly")));
    refused(() -> assess(ALBUM, everything("view"), Set.of("fly")));
  }

  private List<TokenPermission> assess(String server, AskedPermission asked, Set<String> further) {
    return fixture.database.inTransaction(
        em ->
            assessment(em)
                .assess(
                    PolicyFixture.client(em),
                    fixture.servers(em).find(server).orElseThrow(),
                    List.of(asked),
                    further));
  }

  private Assessment assessment(EntityManager em) {
    return new Assessment(
        fixture.servers(em),
        fixture.entitlements(em),
        fixture.resources(em),
        new RevokedTokens(em, fixture.notices(em), fixture.clock));
  }

  private void mayView(int many) {
    for (int i = 0; i < many; i++) {
      may("a/" + i, "view");
    }
  }

  private void may(String resource, String... scopes) {
    GrantTerms terms =
        new GrantTerms(
            PolicyFixture.CLIENT, null, ALBUM, resource, Set.of(scopes), Effect.ALLOW, null, null);
    fixture.database.runInTransaction(em -> fixture.grants(em).create("admin", terms));
  }

  private static AskedPermission everything(String... scopes) {
    return AskedPermission.byName(null, Set.of(scopes));
  }

  private static TokenPermission permission(String server, String name, String... scopes) {
    return new TokenPermission(ResourceRegistrar.id(server, name), name, Set.of(scopes));
  }

  private static void refused(ThrowingCallable assessment) {
    assertThatThrownBy(assessment)
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SCOPE));
  }
}
