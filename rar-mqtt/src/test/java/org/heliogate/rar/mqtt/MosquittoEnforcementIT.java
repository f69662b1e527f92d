package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.heliogate.spi.Credential;
import org.heliogate.spi.EnforcedPrincipal;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.ResourceProxyConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to MQTT and to Mosquitto's dynamic security. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MosquittoEnforcementIT {

  private BrokerFixture fixture;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    fixture = new BrokerFixture(directory);
    fixture.broker.start();
  }

  @AfterAll
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void subscribeWhenRightIsAPatternThenWhatItCoversAndNothingWider() throws Exception {
    String name = put(Permission.allow("wams/+/measurements", "subscribe"));
    try (MqttPrincipalSession session = open(name)) {
      for (String filter : List.of("wams/+/measurements", "wams/SE-1/measurements")) {
        assertThat(session.subscribe(filter)).as(filter).isTrue();
      }
      for (String filter :
          List.of(
              "wams/#",
              "#",
              "+/+/measurements",
              "wams/+/+",
              "wams/+",
              "wams/SE-1/measurements/x",
              "wams/SE-1/#",
              "$share/group/wams/#")) {
        assertThat(session.subscribe(filter)).as(filter).isFalse();
      }
    }
  }

  @Test
  void publishWhenSubscriberHasRightThenItReceives() throws Exception {
    String subscriber = put(Permission.allow("wams/+/measurements", "subscribe"));
    String publisher = put(Permission.allow("wams/SE-1/measurements", "publish"));
    try (MqttPrincipalSession receiving = open(subscriber);
        MqttPrincipalSession sending = open(publisher)) {
      assertThat(receiving.subscribe("wams/+/measurements")).isTrue();
      assertThat(sending.publish("wams/SE-1/measurements", "50.01")).isTrue();
      await().until(() -> receiving.received().contains("wams/SE-1/measurements=50.01"));
    }
  }

  @Test
  void subscribeWhenPartIsDeniedThenThatPartIsNeverDelivered() throws Exception {
    String subscriber =
        put(Permission.allow("grid/#", "subscribe"), Permission.deny("grid/secret/#", "subscribe"));
    String publisher = put(Permission.allow("grid/#", "publish"));
    try (MqttPrincipalSession receiving = open(subscriber);
        MqttPrincipalSession sending = open(publisher)) {
      assertThat(receiving.subscribe("grid/secret/a")).isFalse();
      assertThat(receiving.subscribe("grid/#")).isTrue();
      assertThat(sending.publish("grid/secret/a", "hidden")).isTrue();
      assertThat(sending.publish("grid/open/a", "shown")).isTrue();
      await().until(() -> receiving.received().contains("grid/open/a=shown"));
      assertThat(receiving.received()).containsExactly("grid/open/a=shown");
    }
  }

  @Test
  void rightWhenOnEverythingThenBrokersOwnTopicsStayClosed() throws Exception {
    String name = put(Permission.allow("#", "subscribe"), Permission.allow("#", "publish"));
    String victim = put(Permission.allow("wams/victim", "publish"));
    try (MqttPrincipalSession session = open(name)) {
      session.subscribe("#");
      session.subscribe("$SYS/#");
      session.subscribe("$CONTROL/#");
      session.subscribe(BrokerLink.RESPONSE_TOPIC);
      session.publish(
          BrokerLink.REQUEST_TOPIC,
          "{\"commands\":[{\"command\":\"deleteClient\",\"username\":\"" + victim + "\"}]}");
      fixture.command(Commands.getDefaultAclAccess());
      assertThat(session.publish("anything/else", "last")).isTrue();
      await().until(() -> session.received().contains("anything/else=last"));
      assertThat(session.received()).containsExactly("anything/else=last");
    }
    fixture.command(Commands.getClient(victim));
  }

  @Test
  void persistentSessionWhenRightRemovedWhileAwayThenNothingIsDeliveredAnyMore() throws Exception {
    String subscriber = put(Permission.allow("old/#", "subscribe"));
    String publisher = put(Permission.allow("old/#", "publish"));
    MqttPrincipalSession.Login login = fixture.login(subscriber, Credential.none());
    try (MqttPrincipalSession sending = open(publisher)) {
      try (MqttPrincipalSession session = kept(login, subscriber)) {
        assertThat(session.subscribe("old/a")).isTrue();
      }
      assertThat(sending.publish("old/a", "with the right")).isTrue();
      try (MqttPrincipalSession session = kept(login, subscriber)) {
        await().until(() -> session.received().contains("old/a=with the right"));
      }
      assertThat(sending.publish("old/a", "queued before")).isTrue();
      put(PrincipalState.present(subscriber, 2, x509(subscriber), Set.of()));
      assertThat(sending.publish("old/a", "while away")).isTrue();
      try (MqttPrincipalSession session = kept(login, subscriber)) {
        assertThat(sending.publish("old/a", "while here")).isTrue();
        assertThat(session.subscribe("old/a")).isFalse();
        assertThat(session.received()).isEmpty();
      }
    }
  }

  @Test
  void connectWhenCertificateHasNoEntryThenNothingIsAllowed() {
    try (MqttPrincipalSession session = open(BrokerFixture.freshName())) {
      assertThat(session.publish("a", "x")).isFalse();
      assertThat(session.subscribe("a")).isFalse();
      assertThat(session.subscribe("#")).isFalse();
    }
  }

  @Test
  void connectWhenEntryHasNoPasswordThenPasswordListenerRefuses() throws Exception {
    String name = put(Permission.allow("a", "publish"));
    for (String user : List.of(name, BrokerFixture.PROXY)) {
      for (String password : new String[] {null, "", "x"}) {
        assertThat(
                MqttPrincipalSession.open(
                    new MqttPrincipalSession.Login(
                        fixture.broker.passwordPort(), fixture.pki.context(null), user, password)))
            .as("%s with %s", user, password)
            .isNull();
      }
    }
    assertThat(
            MqttPrincipalSession.open(
                new MqttPrincipalSession.Login(
                    fixture.broker.passwordPort(), fixture.pki.context(null), null, null)))
        .isNull();
  }

  @Test
  void connectWhenCertificateClientClaimsAnotherNameThenItsOwnNameCounts() throws Exception {
    String other = put(Permission.allow("a", "publish"));
    MqttPrincipalSession.Login login =
        new MqttPrincipalSession.Login(
            fixture.broker.x509Port(),
            fixture.pki.context(BrokerFixture.freshName()),
            other,
            "anything");
    try (MqttPrincipalSession session = MqttPrincipalSession.open(login)) {
      assertThat(session != null && session.publish("a", "x")).isFalse();
    }
  }

  @Test
  void openWhenBrokersDefaultsAreUnsafeThenRepaired() throws Exception {
    ObjectNode unsafe = JsonNodeFactory.instance.objectNode().put("command", "setDefaultACLAccess");
    for (DefaultAccess access : DefaultAccess.REQUIRED) {
      unsafe.withArray("acls").addObject().put("acltype", access.type()).put("allow", true);
    }
    fixture.command(unsafe);

    put(Permission.allow("a", "publish"));

    try (BrokerLink link = fixture.openLink()) {
      assertThat(DefaultAccess.isRequired(link)).isTrue();
    }
    try (MqttPrincipalSession session = open(BrokerFixture.freshName())) {
      assertThat(session.publish("a", "x")).isFalse();
    }
  }

  @Test
  void putPrincipalsWhenLateAfterAbsenceThenPrincipalDoesNotComeBack() throws Exception {
    String name = put(Permission.allow("a", "publish"));
    put(PrincipalState.absent(name, 5));

    PrincipalOutcome late =
        put(PrincipalState.present(name, 4, x509(name), Set.of(Permission.allow("a", "publish"))));

    assertThat(late.status()).isEqualTo(Status.SUPERSEDED);
    try (MqttPrincipalSession session = open(name)) {
      assertThat(session.publish("a", "x")).isFalse();
    }
  }

  @Test
  void putPrincipalsWhenEntryWasTamperedWithThenListedWithoutGenerationAndRepaired()
      throws Exception {
    Permission right = Permission.allow("a", "publish");
    List<ObjectNode> tampering = new ArrayList<>();
    String[] names =
        IntStream.range(0, 4).mapToObj(i -> BrokerFixture.freshName()).toArray(String[]::new);
    ObjectNode foreign = JsonNodeFactory.instance.objectNode();
    tampering.add(foreign.deepCopy().put("command", "disableClient").put("username", names[0]));
    tampering.add(
        foreign
            .deepCopy()
            .put("command", "removeClientRole")
            .put("username", names[1])
            .put("rolename", names[1]));
    tampering.add(
        foreign
            .deepCopy()
            .put("command", "setClientId")
            .put("username", names[2])
            .put("clientid", "x"));
    tampering.add(
        foreign
            .deepCopy()
            .put("command", "modifyClient")
            .put("username", names[3])
            .put("textdescription", "mine"));
    for (int i = 0; i < names.length; i++) {
      PrincipalState state = PrincipalState.present(names[i], 3, x509(names[i]), Set.of(right));
      put(state);
      fixture.command(tampering.get(i));
      assertThat(listed(names[i]).generation()).isZero();

      assertThat(put(state).status()).isEqualTo(Status.ENFORCED);

      assertThat(listed(names[i])).isEqualTo(new EnforcedPrincipal(names[i], 3, Set.of(right)));
      try (MqttPrincipalSession session = open(names[i])) {
        assertThat(session.publish("a", "x")).isTrue();
      }
    }
  }

  @Test
  void listPrincipalsWhenRightsComeByGroupOrForeignRoleThenShown() throws Exception {
    String name = put(Permission.allow("a", "publish"));
    ObjectNode foreign = JsonNodeFactory.instance.objectNode();
    ObjectNode role =
        foreign.deepCopy().put("command", "createRole").put("rolename", "hand-" + name);
    role.putArray("acls")
        .add(new Acl("subscribeLiteral", "b", 0, true).toJson())
        .add(new Acl("publishClientSend", "c", 0, true).toJson());
    fixture.command(role);
    ObjectNode group =
        foreign.deepCopy().put("command", "createGroup").put("groupname", "g-" + name);
    group.putArray("roles").addObject().put("rolename", "hand-" + name);
    fixture.command(group);
    fixture.command(
        foreign
            .deepCopy()
            .put("command", "addGroupClient")
            .put("groupname", "g-" + name)
            .put("username", name));

    assertThat(listed(name).permissions())
        .containsExactlyInAnyOrder(
            Permission.allow("a", "publish"),
            Permission.allow("c", "publish"),
            Permission.allow("b", "subscribeLiteral"));

    put(PrincipalState.present(name, 1, x509(name), Set.of(Permission.allow("a", "publish"))));
    assertThat(listed(name).permissions()).containsExactly(Permission.allow("a", "publish"));
  }

  @Test
  void putPrincipalsWhenTwoConnectionsAtOnceThenEachGetsItsOwnAnswers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Callable<List<PrincipalOutcome>>> calls = new ArrayList<>();
      List<List<PrincipalState>> batches = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        List<PrincipalState> batch =
            IntStream.range(0, 40)
                .mapToObj(n -> BrokerFixture.freshName())
                .map(
                    n ->
                        PrincipalState.present(
                            n, 1, x509(n), Set.of(Permission.allow("a", "publish"))))
                .toList();
        batches.add(batch);
        calls.add(() -> putAll(batch));
      }
      List<Future<List<PrincipalOutcome>>> results = threads.invokeAll(calls);
      for (int i = 0; i < 2; i++) {
        assertThat(results.get(i).get())
            .extracting(PrincipalOutcome::name)
            .containsExactlyElementsOf(batches.get(i).stream().map(PrincipalState::name).toList());
        assertThat(results.get(i).get())
            .extracting(PrincipalOutcome::status)
            .containsOnly(Status.ENFORCED);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void putPrincipalsWhenIdleBrokerThenReportsHowLongItTakes() throws Exception {
    Permission right = Permission.allow("wams/SE-1/measurements", "publish");
    List<Long> singles = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      String name = BrokerFixture.freshName();
      PrincipalState state = PrincipalState.present(name, 1, x509(name), Set.of(right));
      long start = System.nanoTime();
      assertThat(put(state).status()).isEqualTo(Status.ENFORCED);
      singles.add(System.nanoTime() - start);
    }
    List<PrincipalState> batch =
        IntStream.range(0, 200)
            .mapToObj(i -> BrokerFixture.freshName())
            .map(n -> PrincipalState.present(n, 1, x509(n), Set.of(right)))
            .toList();
    long start = System.nanoTime();
    assertThat(putAll(batch)).extracting(PrincipalOutcome::status).containsOnly(Status.ENFORCED);
    long batchNanos = System.nanoTime() - start;
    singles.sort(null);
    System.out.printf(
        "put on an idle broker: 1 principal, n=41: median %.1f ms, max %.1f ms;"
            + " 200 in a batch, n=1: %.0f ms%n",
        singles.get(20) / 1e6, singles.get(40) / 1e6, batchNanos / 1e6);
  }

  private String put(Permission... rights) throws Exception {
    String name = BrokerFixture.freshName();
    PrincipalOutcome outcome = put(PrincipalState.present(name, 1, x509(name), Set.of(rights)));
    assertThat(outcome.status()).isEqualTo(Status.ENFORCED);
    return name;
  }

  private PrincipalOutcome put(PrincipalState state) throws Exception {
    return putAll(List.of(state)).get(0);
  }

  private List<PrincipalOutcome> putAll(List<PrincipalState> states) throws Exception {
    try (ResourceProxyConnection connection = fixture.connectionFactory().getConnection()) {
      return connection.putPrincipals(states);
    }
  }

  private EnforcedPrincipal listed(String name) throws Exception {
    try (BrokerLink link = fixture.openLink()) {
      PrincipalReader reader = new PrincipalReader(link);
      String cursor = null;
      do {
        var page = reader.page(cursor);
        for (EnforcedPrincipal principal : page.principals()) {
          if (principal.name().equals(name)) {
            return principal;
          }
        }
        cursor = page.nextCursor();
      } while (cursor != null);
    }
    throw new AssertionError(name + " is not listed");
  }

  private MqttPrincipalSession open(String name) {
    return Objects.requireNonNull(fixture.open(name));
  }

  private static MqttPrincipalSession kept(MqttPrincipalSession.Login login, String clientId) {
    return Objects.requireNonNull(MqttPrincipalSession.open(login, clientId, false));
  }

  private static Credential x509(String name) {
    return new Credential.X509("CN=" + name);
  }
}
