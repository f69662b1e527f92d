package org.heliogate.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.junit.jupiter.api.Test;

/**
 * What every resource adapter must do, tried against its real server. An adapter's integration test
 * extends it, says how to reach the server as the proxy and as a principal, and adds what is
 * particular to its protocol.
 *
 * <p>The tests share one server: each uses principals of its own and leaves the server running.
 */
public abstract class ResourceProxyContract extends ResourceProxyTestbed {

  @Test
  void putPrincipalsWhenNewThenRightIsUsableAtOnceAndNoOther() throws Exception {
    String name = freshName();

    PrincipalOutcome outcome = put(present(name, 1, right(1)));

    assertThat(outcome).isEqualTo(new PrincipalOutcome(name, 1, Status.ENFORCED, null));
    try (PrincipalSession session = login(name)) {
      assertThat(session.mayUse(right(1))).isTrue();
      assertThat(session.mayUse(right(2))).isFalse();
    }
  }

  @Test
  void putPrincipalsWhenNotPutThenNothingIsAllowed() {
    assertThat(mayUse(freshName(), right(1))).isFalse();
  }

  @Test
  void putPrincipalsWhenRepeatedThenAnswersTheSameAndSessionLives() throws Exception {
    String name = freshName();
    PrincipalOutcome first = put(present(name, 1, right(1)));
    try (PrincipalSession session = login(name)) {
      assertThat(put(present(name, 1, right(1)))).isEqualTo(first);
      assertThat(session.mayUse(right(1))).isTrue();
    }
  }

  @Test
  void putPrincipalsWhenOlderThenSupersededAndUnchanged() throws Exception {
    String name = freshName();
    put(present(name, 5, right(1)));

    PrincipalOutcome outcome = put(present(name, 4, right(2)));

    assertThat(outcome.status()).isEqualTo(Status.SUPERSEDED);
    assertThat(outcome.generation()).isEqualTo(4);
    try (PrincipalSession session = login(name)) {
      assertThat(session.mayUse(right(1))).isTrue();
      assertThat(session.mayUse(right(2))).isFalse();
    }
    assertThat(put(PrincipalState.absent(name, 3)).status()).isEqualTo(Status.SUPERSEDED);
    assertThat(mayUse(name, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenRightAddedThenSessionLivesAndMayUseIt() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    try (PrincipalSession session = login(name)) {
      put(present(name, 2, right(1), right(2)));

      assertThat(session.mayUse(right(2))).isTrue();
      assertThat(session.mayUse(right(1))).isTrue();
      assertThat(session.isAlive()).isTrue();
    }
  }

  @Test
  void putPrincipalsWhenRightRemovedThenSessionEndsAndRightIsGone() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1), right(2)));
    try (PrincipalSession session = login(name)) {
      put(present(name, 2, right(1)));

      awaitEnd(session);
    }
    try (PrincipalSession session = login(name)) {
      assertThat(session.mayUse(right(1))).isTrue();
      assertThat(session.mayUse(right(2))).isFalse();
    }
  }

  @Test
  void putPrincipalsWhenAbsentThenSessionEndsAndNothingIsAllowed() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    try (PrincipalSession session = login(name)) {
      assertThat(put(PrincipalState.absent(name, 2)).status()).isEqualTo(Status.ENFORCED);

      awaitEnd(session);
    }
    assertThat(mayUse(name, right(1))).isFalse();
    assertThat(listed()).doesNotContainKey(name);
  }

  @Test
  void putPrincipalsWhenAbsentTwiceOrNeverThereThenSucceeds() throws Exception {
    String name = freshName();
    PrincipalState absent = PrincipalState.absent(name, 7);

    assertThat(put(absent).status()).isEqualTo(Status.ENFORCED);
    assertThat(put(absent).status()).isEqualTo(Status.ENFORCED);
  }

  @Test
  void putPrincipalsWhenBackAfterAbsenceThenUsable() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    put(PrincipalState.absent(name, 2));

    assertThat(put(present(name, 3, right(2))).status()).isEqualTo(Status.ENFORCED);

    try (PrincipalSession session = login(name)) {
      assertThat(session.mayUse(right(2))).isTrue();
      assertThat(session.mayUse(right(1))).isFalse();
    }
  }

  @Test
  void putPrincipalsWhenOneIsImpossibleThenOthersAreEnforced() throws Exception {
    String before = freshName();
    String poisoned = freshName();
    String after = freshName();

    List<PrincipalOutcome> outcomes =
        putAll(
            List.of(
                present(before, 1, right(1)),
                present(poisoned, 1, right(1), impossibleRight()),
                present(after, 1, right(1))));

    assertThat(outcomes)
        .extracting(PrincipalOutcome::status)
        .containsExactly(Status.ENFORCED, Status.REJECTED, Status.ENFORCED);
    assertThat(outcomes.get(1).detail()).isNotBlank();
    assertThat(mayUse(before, right(1))).isTrue();
    assertThat(mayUse(poisoned, right(1))).isFalse();
    assertThat(mayUse(after, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenBatchOf200ThenAllEnforcedInOrder() throws Exception {
    List<PrincipalState> states =
        IntStream.rangeClosed(1, 200).mapToObj(i -> present(freshName(), i, right(i))).toList();

    List<PrincipalOutcome> outcomes = putAll(states);

    assertThat(outcomes)
        .extracting(PrincipalOutcome::name)
        .containsExactlyElementsOf(states.stream().map(PrincipalState::name).toList());
    assertThat(outcomes).extracting(PrincipalOutcome::status).containsOnly(Status.ENFORCED);
    assertThat(mayUse(states.get(0).name(), right(1))).isTrue();
    assertThat(mayUse(states.get(199).name(), right(200))).isTrue();
    assertThat(mayUse(states.get(199).name(), right(1))).isFalse();
  }

  @Test
  void putPrincipalsWhenServerRestartedThenStateIsKeptAndNextPutHeals() throws Exception {
    String name = freshName();
    put(present(name, 2, right(1)));

    stopServer();
    startServer();

    assertThat(mayUse(name, right(1))).isTrue();
    assertThat(mayUse(name, right(2))).isFalse();
    PrincipalOutcome outcome =
        await().ignoreExceptions().until(() -> put(present(name, 1, right(2))), o -> true);
    assertThat(outcome.status()).isEqualTo(Status.SUPERSEDED);
    assertThat(put(present(name, 3, right(2))).status()).isEqualTo(Status.ENFORCED);
    assertThat(mayUse(name, right(2))).isTrue();
  }

  @Test
  void putPrincipalsWhenServerIsDownThenRetryableInTimeAndHealsAfterwards() throws Exception {
    String name = freshName();
    try (ResourceProxyConnection held = connectionFactory().getConnection()) {
      stopServer();
      try {
        assertFailsInTime(() -> held.putPrincipals(List.of(present(name, 1, right(1)))));
        assertFailsInTime(() -> put(present(name, 1, right(1))));
      } finally {
        startServer();
      }
    }
    PrincipalOutcome outcome =
        await().ignoreExceptions().until(() -> put(present(name, 1, right(1))), o -> true);
    assertThat(outcome.status()).isEqualTo(Status.ENFORCED);
    assertThat(mayUse(name, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenDeniedThenDenyWinsOverWiderRight() throws Exception {
    String name = freshName();
    Permission deny = Permission.deny(right(1).resource(), right(1).scope());
    put(present(name, 1, widerRight(), deny));
    try (PrincipalSession session = login(name)) {
      assertThat(session.mayUse(right(2))).isTrue();
      assertThat(session.mayUse(right(1))).isFalse();
    }
    assertThat(listed(name).permissions()).containsExactlyInAnyOrder(widerRight(), deny);
  }

  @Test
  void putPrincipalsWhenDenyIsAddedThenSessionEnds() throws Exception {
    String name = freshName();
    put(present(name, 1, widerRight()));
    try (PrincipalSession session = login(name)) {
      put(present(name, 2, widerRight(), Permission.deny(right(1).resource(), right(1).scope())));

      awaitEnd(session);
    }
    assertThat(mayUse(name, right(1))).isFalse();
  }

  @Test
  void putPrincipalsWhenCredentialIsTakenAwayThenSessionEndsAndNoLogin() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    try (PrincipalSession session = login(name)) {
      put(PrincipalState.present(name, 2, Credential.none(), Set.of(right(1))));

      awaitEnd(session);
    }
    assertThat(mayUse(name, right(1))).isFalse();
    assertThat(listed(name)).isEqualTo(new EnforcedPrincipal(name, 2, Set.of(right(1))));
    put(present(name, 3, right(1)));
    assertThat(mayUse(name, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenPasswordThenItLogsInAndIsKept() throws Exception {
    assumePasswords();
    String name = freshName();
    Credential first = new Credential.Password("first-" + name);
    Credential second = new Credential.Password("second-" + name);

    put(PrincipalState.present(name, 1, first, Set.of(right(1))));
    assertThat(mayUse(name, first, right(1))).isTrue();
    assertThat(mayUse(name, second, right(1))).isFalse();

    PrincipalOutcome kept =
        put(
            PrincipalState.present(
                name, 2, new Credential.KeptPassword(), Set.of(right(1), right(2))));
    assertThat(kept.status()).isEqualTo(Status.ENFORCED);
    assertThat(mayUse(name, first, right(2))).isTrue();

    put(PrincipalState.present(name, 3, second, Set.of(right(1))));
    assertThat(mayUse(name, first, right(1))).isFalse();
    assertThat(mayUse(name, second, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenPasswordStateRepeatedThenSessionLives() throws Exception {
    assumePasswords();
    String name = freshName();
    Credential password = new Credential.Password("once-" + name);
    PrincipalState state = PrincipalState.present(name, 1, password, Set.of(right(1)));
    put(state);
    try (PrincipalSession session = open(name, password)) {
      assertThat(put(state).status()).isEqualTo(Status.ENFORCED);
      assertThat(session.mayUse(right(1))).isTrue();
    }
  }

  @Test
  void putPrincipalsWhenKeptPasswordIsGoneThenCredentialLostUntilSetAnew() throws Exception {
    assumePasswords();
    String name = freshName();
    Credential password = new Credential.Password("lost-" + name);
    put(PrincipalState.present(name, 1, password, Set.of(right(1))));
    removeByHand(name);
    PrincipalState kept =
        PrincipalState.present(name, 2, new Credential.KeptPassword(), Set.of(right(1)));

    assertThat(put(kept).status()).isEqualTo(Status.CREDENTIAL_LOST);
    assertThat(put(kept).status()).isEqualTo(Status.CREDENTIAL_LOST);
    assertThat(mayUse(name, password, right(1))).isFalse();

    put(PrincipalState.present(name, 3, password, Set.of(right(1))));
    assertThat(mayUse(name, password, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenCredentialKindSwitchesThenOldKindIsVoid() throws Exception {
    assumePasswords();
    String name = freshName();
    Credential password = new Credential.Password("switch-" + name);
    put(PrincipalState.present(name, 1, password, Set.of(right(1))));

    put(present(name, 2, right(1)));
    assertThat(mayUse(name, password, right(1))).isFalse();
    assertThat(mayUse(name, right(1))).isTrue();

    put(PrincipalState.present(name, 3, password, Set.of(right(1))));
    assertThat(mayUse(name, password, right(1))).isTrue();
  }

  @Test
  void putPrincipalsWhenRefusedThenDetailHasNoSecret() throws Exception {
    assumePasswords();
    String name = freshName();
    String secret = "secret-" + name;

    PrincipalOutcome outcome =
        put(
            PrincipalState.present(
                name, 1, new Credential.Password(secret), Set.of(impossibleRight())));

    assertThat(outcome.status()).isEqualTo(Status.REJECTED);
    assertThat(outcome.toString()).doesNotContain(secret);
  }

  @Test
  void putPrincipalsWhenOutOfBoundsThenIllegalArgument() throws Exception {
    PrincipalState state = present(freshName(), 1, right(1));
    List<PrincipalState> tooMany =
        Stream.generate(() -> present(freshName(), 1, right(1))).limit(1_001).toList();
    try (ResourceProxyConnection connection = connectionFactory().getConnection()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> connection.putPrincipals(List.of(state, state)));
      assertThatIllegalArgumentException().isThrownBy(() -> connection.putPrincipals(tooMany));
      assertThat(connection.putPrincipals(List.of())).isEmpty();
    }
    assertThat(listed()).doesNotContainKey(state.name());
  }

  @Test
  void putPrincipalsWhenNameIsForeignThenRejected() throws Exception {
    assertThat(put(present("Not ours!", 1, right(1))).status()).isEqualTo(Status.REJECTED);
  }

  @Test
  void listPrincipalsWhenMoreThanOnePageThenEachAppearsOnce() throws Exception {
    int count = moreThanOnePage();
    List<PrincipalState> states = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String name = freshName();
      states.add(present(name, i, right(i)));
    }
    putAll(states);

    List<EnforcedPrincipal> all = new ArrayList<>();
    int pages = 0;
    try (ResourceProxyConnection connection = connectionFactory().getConnection()) {
      String cursor = null;
      do {
        PrincipalPage page = connection.listPrincipals(cursor);
        assertThat(page.principals()).hasSizeLessThanOrEqualTo(1_000);
        all.addAll(page.principals());
        cursor = page.nextCursor();
        pages++;
      } while (cursor != null);
    }

    assertThat(pages).isGreaterThan(1);
    assertThat(all).extracting(EnforcedPrincipal::name).doesNotHaveDuplicates();
    for (PrincipalState state : states) {
      assertThat(all)
          .contains(new EnforcedPrincipal(state.name(), state.generation(), state.permissions()));
    }
  }

  @Test
  void listPrincipalsWhenChangedByHandThenShowsWhatIsReallyEnforced() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    giveByHand(name, right(2));
    assertThat(mayUse(name, right(2))).isTrue();

    assertThat(listed(name).permissions()).containsExactlyInAnyOrder(right(1), right(2));

    PrincipalOutcome repaired = put(present(name, 1, right(1)));
    assertThat(repaired.status()).isEqualTo(Status.ENFORCED);
    assertThat(mayUse(name, right(2))).isFalse();
    assertThat(listed(name).permissions()).containsExactly(right(1));
  }

  @Test
  void listPrincipalsWhenRemovedByHandThenIsMissingUntilPutAgain() throws Exception {
    String name = freshName();
    put(present(name, 1, right(1)));
    removeByHand(name);

    assertThat(listed()).doesNotContainKey(name);

    put(present(name, 1, right(1)));
    assertThat(mayUse(name, right(1))).isTrue();
  }

  @Test
  void describeWhenAskedThenAgreesWithWhatTheServerTakes() {
    ResourceServerDescription description = connectionFactory().describe();
    assertThat(freshName()).matches(description.namePattern());
    assertThat(description.scopes()).contains(right(1).scope(), widerRight().scope());
    assertThat(description.securityProfiles()).isNotEmpty();
  }

  @Test
  void syntaxWhenAskedThenAgreesWithWhatTheServerEnforces() throws Exception {
    ResourceSyntax syntax = connectionFactory().syntax();
    String wider = widerRight().resource();
    String name = freshName();
    put(present(name, 1, widerRight()));
    try (PrincipalSession session = login(name)) {
      for (int number : List.of(1, 2, 1_000)) {
        assertThat(session.mayUse(right(number))).isTrue();
        assertThat(syntax.covers(wider, right(number).resource())).isTrue();
        assertThat(syntax.covers(right(number).resource(), wider)).isFalse();
        assertThat(syntax.isPattern(right(number).resource())).isFalse();
      }
    }
    assertThat(syntax.isPattern(wider)).isTrue();
    assertThat(syntax.covers(right(1).resource(), right(2).resource())).isFalse();
    for (String resource : List.of(wider, right(1).resource())) {
      assertThat(syntax.fault(resource)).isEmpty();
      assertThat(syntax.covers(resource, resource)).isTrue();
    }
    String impossible = impossibleRight().resource();
    assertThat(syntax.fault(impossible)).isPresent();
    assertThat(syntax.covers(wider, impossible)).isFalse();
    assertThat(syntax.covers(impossible, impossible)).isFalse();
  }

  @Test
  void closeWhenTwiceThenHarmless() throws Exception {
    ResourceProxyConnection connection = connectionFactory().getConnection();
    connection.close();
    connection.close();
    assertThat(put(present(freshName(), 1, right(1))).status()).isEqualTo(Status.ENFORCED);
  }
}
