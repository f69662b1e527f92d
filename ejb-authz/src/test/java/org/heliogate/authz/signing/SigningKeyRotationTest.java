package org.heliogate.authz.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.heliogate.authz.audit.jpa.AuditEventEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.signing.SigningKey.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigningKeyRotationTest {

  private static final Duration PERIOD = Duration.ofDays(30);

  private final MutableClock clock = new MutableClock();
  private final TestDatabase database = TestDatabase.create();
  private final FakePairs token = new FakePairs(clock);
  private final List<Node> nodes = new ArrayList<>();

  /** One server of a cluster; word of a change reaches the others when the test says so. */
  private final class Node {

    final TestEvent<ChangeNotice> events = new TestEvent<>();
    final SigningKeyStore store = new TransactionalStore(database, clock, events);
    final SigningKeys keys = new SigningKeys(store, token, clock);
    final SigningKeyRotation rotation =
        new SigningKeyRotation(
            store, keys, token, new RotationPeriod(PERIOD), new SecureRandom(), clock);

    Node() {
      nodes.add(this);
    }

    String sign() {
      SigningKey key = keys.active();
      JWSObject object =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.kid()).build(), new Payload("x"));
      keys.sign(key, object);
      return object.serialize();
    }

    boolean accepts(String signed) throws Exception {
      JWSObject object = JWSObject.parse(signed);
      var key = keys.find(object.getHeader().getKeyID());
      return key.isPresent() && object.verify(new ECDSAVerifier(key.get()));
    }

    List<String> published() {
      return keys.published().getKeys().stream().map(JWK::getKeyID).toList();
    }
  }

  private final Node one = new Node();
  private final Node two = new Node();

  @AfterEach
  void close() {
    database.close();
  }

  private void tellAll() {
    for (Node from : nodes) {
      from.events.fired().forEach(notice -> nodes.forEach(node -> node.keys.hear(notice)));
    }
  }

  private List<State> states() {
    return one.store.load().stream().map(key -> key.state(clock.instant())).toList();
  }

  @Test
  void ensureWhenThereIsNoKeyThenOneNodeMakesOneThatSignsAtOnce() throws Exception {
    assertThat(one.rotation.ensure()).isTrue();
    assertThat(two.rotation.ensure()).isTrue();
    assertThat(token.names()).hasSize(1);
    assertThat(two.accepts(one.sign())).isTrue();
    assertThat(one.published()).hasSize(1);
    assertThat(one.keys.published().getKeys().get(0).isPrivate()).isFalse();
  }

  @Test
  void ensureWhenTheOfflineCommandMadeOneThenItsTokensGoOnVerifying() throws Exception {
    token.inherit();
    assertThat(one.rotation.ensure()).isTrue();
    assertThat(one.store.load())
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo("rpt"));
    String signed = one.sign();
    one.rotation.rotate("operator", Supplier::get);
    tellAll();
    clock.advance(SigningKeyRotation.LEAD.plus(Duration.ofMinutes(30)));
    assertThat(two.accepts(signed)).isTrue();
    clock.advance(SigningKey.TAIL);
    two.rotation.run();
    assertThat(two.accepts(signed)).isFalse();
    assertThat(token.names()).hasSize(1).doesNotContain("rpt");
  }

  @Test
  void activeWhenThereIsNoKeyYetThenTemporarilyUnavailable() {
    assertThatThrownBy(one.keys::active)
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }

  @Test
  void runWhenTimePassesThenEachKeyIsPublishedBeforeItSignsAndVerifiesAfter() throws Exception {
    one.rotation.ensure();
    String first = one.keys.active().kid();
    clock.advance(PERIOD.minus(SigningKeyRotation.LEAD).minusSeconds(1));
    one.rotation.run();
    assertThat(states()).containsExactly(State.ACTIVE);

    clock.advance(Duration.ofSeconds(1));
    one.rotation.run();
    two.rotation.run();
    tellAll();
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    assertThat(one.published()).hasSize(2).startsWith(first);
    assertThat(one.keys.active().kid()).isEqualTo(first);
    assertThat(two.keys.active().kid()).isEqualTo(first);

    clock.advance(SigningKeyRotation.LEAD.minusSeconds(1));
    String last = two.sign();
    clock.advance(Duration.ofSeconds(1));
    assertThat(states()).containsExactly(State.RETIRED, State.ACTIVE);
    String second = one.keys.active().kid();
    assertThat(second).isNotEqualTo(first).isEqualTo(two.keys.active().kid());
    assertThat(one.published()).containsExactly(second, first);
    assertThat(one.accepts(last)).isTrue();

    clock.advance(SigningKey.MAX_TOKEN_LIFETIME);
    one.rotation.run();
    assertThat(one.accepts(last)).isTrue();
    clock.advance(Duration.ofMinutes(10));
    assertThat(one.accepts(last)).isFalse();
    assertThat(token.names()).hasSize(2);
    one.rotation.run();
    assertThat(token.names()).hasSize(1);
    tellAll();
    assertThat(two.published()).containsExactly(second);
    assertThat(states()).containsExactly(State.ACTIVE);
  }

  @Test
  void runWhenTheServersWereDownForLongThenTheNextIsStillPublishedFirst() {
    one.rotation.ensure();
    clock.advance(PERIOD.multipliedBy(3));
    one.rotation.run();
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    clock.advance(SigningKeyRotation.LEAD.minusSeconds(1));
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    clock.advance(Duration.ofSeconds(1));
    assertThat(states()).containsExactly(State.RETIRED, State.ACTIVE);
  }

  @Test
  void runWhenNodesRaceThenOneKeyIsMade() throws Exception {
    one.rotation.ensure();
    for (int i = 0; i < 6; i++) {
      new Node();
    }
    clock.advance(PERIOD);
    ExecutorService pool = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Callable<Object>> work =
          nodes.stream().map(node -> Executors.callable(node.rotation::run)).toList();
      for (Future<Object> done : pool.invokeAll(work)) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    assertThat(token.names()).hasSize(2);
  }

  @Test
  void rotateWhenOneWaitsThenThatOneIsAnswered() {
    one.rotation.ensure();
    SigningKey next = one.rotation.rotate("operator", Supplier::get);
    assertThat(next.activatesAt()).isEqualTo(clock.instant().plus(SigningKeyRotation.LEAD));
    assertThat(two.rotation.rotate("operator", Supplier::get).kid()).isEqualTo(next.kid());
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
  }

  @Test
  void replaceWhenEmergencyThenOldTokensAreRefusedAndTheirPairsGone() throws Exception {
    one.rotation.ensure();
    String old = one.sign();
    assertThat(two.accepts(old)).isTrue();
    SigningKey waiting = one.rotation.rotate("operator", Supplier::get);

    SigningKey made = one.rotation.replace("operator", Supplier::get);
    one.events.fired().forEach(one.keys::hear);
    assertThat(one.accepts(old)).isFalse();
    assertThat(one.keys.verifies(waiting.kid())).isFalse();
    assertThat(one.keys.active().kid()).isEqualTo(made.kid());
    assertThat(two.accepts(old)).isTrue();
    tellAll();
    assertThat(two.accepts(old)).isFalse();
    assertThat(two.accepts(one.sign())).isTrue();
    assertThat(two.published()).containsExactly(made.kid());
    assertThat(token.names()).containsExactly(made.id());
    assertThat(states()).containsExactly(State.REVOKED, State.REVOKED, State.ACTIVE);
    assertThat(new Node().accepts(old)).as("after a restart").isFalse();

    clock.advance(SigningKey.TAIL);
    one.rotation.run();
    assertThat(states()).containsExactly(State.ACTIVE);
    assertThat(actions())
        .containsExactlyInAnyOrder(
            "signing-key.create",
            "signing-key.create",
            "signing-key.create",
            "signing-key.revoke",
            "signing-key.revoke",
            "signing-key.remove",
            "signing-key.remove");
  }

  @Test
  void replaceWhenAnotherNodeHasMadeTheKeyThenItsTokensAreAcceptedBeforeWordArrives()
      throws Exception {
    one.rotation.ensure();
    two.sign();
    one.rotation.replace("operator", Supplier::get);
    one.events.fired().forEach(one.keys::hear);
    clock.advance(Duration.ofSeconds(1));
    assertThat(two.accepts(one.sign())).isTrue();
  }

  @Test
  void replaceWhenTheHsmIsDownThenNothingIsRevoked() throws Exception {
    one.rotation.ensure();
    String old = one.sign();
    token.down = true;
    assertThatThrownBy(() -> one.rotation.replace("operator", Supplier::get))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
    assertThatThrownBy(one::sign).isInstanceOf(RequestException.class);
    assertThat(one.accepts(old)).isTrue();
    assertThat(one.published()).hasSize(1);
    one.rotation.run();

    token.down = false;
    assertThat(one.sign()).isNotEmpty();
    one.rotation.replace("operator", Supplier::get);
    assertThat(states()).containsExactly(State.REVOKED, State.ACTIVE);
  }

  @Test
  void replaceWhenItsTransactionFailsThenNothingIsRevokedAndTheNextNeedNotWait() throws Exception {
    one.rotation.ensure();
    String old = one.sign();
    Publication<SigningKey> failing =
        key -> {
          throw new AlreadySpentException("idempotency-key", null);
        };
    assertThatThrownBy(() -> one.rotation.replace("operator", failing))
        .isInstanceOf(AlreadySpentException.class);
    assertThat(one.accepts(old)).isTrue();
    assertThat(one.sign()).isNotEmpty();
    assertThat(states()).containsExactly(State.ACTIVE);
    one.rotation.replace("operator", Supplier::get);
    assertThat(states()).containsExactly(State.REVOKED, State.ACTIVE);
  }

  @Test
  void replaceWhenPublishedThenAsItIsReadLater() {
    one.rotation.ensure();
    SigningKey made = one.rotation.replace("operator", Supplier::get);
    assertThat(two.store.load()).contains(made);
  }

  @Test
  void runWhenANodeCrashedBetweenPairAndRowThenTheNextDoesItAndThePairIsDestroyed() {
    one.rotation.ensure();
    clock.advance(PERIOD);
    one.store.announce("rpt-0000000000000001", 2);
    token.make("rpt-0000000000000001");
    assertThat(token.names()).hasSize(2);

    two.rotation.run();
    assertThat(states()).as("the announcement still stands").containsExactly(State.ACTIVE);
    assertThatThrownBy(() -> two.rotation.replace("operator", Supplier::get))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    clock.advance(SigningKeyStore.PATIENCE.plusSeconds(1));
    two.rotation.run();
    assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    assertThat(token.names()).hasSize(3);

    clock.advance(Duration.ofHours(1));
    two.rotation.run();
    assertThat(token.names()).hasSize(2);
    assertThat(one.sign()).isNotEmpty();
  }

  @Test
  void completeWhenTheAnnouncementWasGivenUpThenThePairIsNotPublished() {
    one.store.announce("rpt-0000000000000001", 1);
    clock.advance(SigningKeyStore.PATIENCE.plusSeconds(1));
    assertThat(two.rotation.ensure()).isTrue();
    assertThatThrownBy(
            () ->
                one.store.complete(
                    "rpt-0000000000000001",
                    token.make("rpt-0000000000000001"),
                    new SigningKeyStore.Takeover(clock.instant(), false, "system")))
        .isInstanceOf(SigningKeyStore.GivenUpException.class);
    assertThat(one.store.load()).hasSize(1);
  }

  @Test
  void periodWhenOutOfBoundsThenRefused() {
    for (Duration wrong : Set.of(Duration.ofHours(23), Duration.ofDays(367), Duration.ZERO)) {
      assertThatThrownBy(() -> new RotationPeriod(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(RotationPeriod.fromSystemProperty().value()).isEqualTo(PERIOD);
  }

  private List<String> actions() {
    return database.inTransaction(
        em ->
            em.createQuery("select e from AuditEventEntity e", AuditEventEntity.class)
                .getResultStream()
                .map(AuditEventEntity::action)
                .toList());
  }
}
