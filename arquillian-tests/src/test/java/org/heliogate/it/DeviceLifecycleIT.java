package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Aat;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Refusal;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From bootstrap to bootstrap: repeated, confirmed, re-armed, suspended, ended, mended. */
class DeviceLifecycleIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private final Instance instance = Instance.current();

  @Test
  void bootstrapWhenResponseWasLostThenKeepsItsClients() {
    TestDevice device = TestDevice.loaded(instance);
    Reply lost = device.bootstrap().expect(200);
    Reply second = device.bootstrap().expect(200);
    assertThat(second.json().path("clients")).isEqualTo(lost.json().path("clients"));
    assertThat(instance.admin().clientsOf(device.id())).hasSize(1);
    device.client(clientId(second)).aat();
  }

  @Test
  void bootstrapWhenResponseWasLostThenTheOldSecretsAreVoid() {
    String workflow = Names.unique("secret");
    instance
        .admin()
        .putWorkflow(
            workflow, Workflows.publishing(workflow, "it/${device.id}/s", "client_secret_post"));
    TestDevice device = TestDevice.loaded(instance, Map.of(), workflow);
    Reply lost = device.bootstrap().expect(200);
    Reply second = device.bootstrap().expect(200);
    assertThat(lost.json().has("pin")).as("the workflow has no return-pin").isFalse();
    String oldSecret = lost.json().path("clients").path(0).path("client_secret").asText();
    String newSecret = second.json().path("clients").path(0).path("client_secret").asText();
    assertThat(oldSecret).isNotEmpty().isNotEqualTo(newSecret);
    assertThat(clientId(second)).isEqualTo(clientId(lost));
    DeviceClient client = device.client(clientId(second));
    client
        .token(Map.of("client_id", client.clientId(), "client_secret", oldSecret))
        .refused(401, "invalid_client");
    client.token(Map.of("client_id", client.clientId(), "client_secret", newSecret)).expect(200);
  }

  @Test
  void bootstrapWhenConfirmedThenCompleted() {
    TestDevice device = TestDevice.loaded(instance);
    device.bootstrapped().aat();
    device.bootstrap().refused(403, "bootstrap_completed");
  }

  @Test
  void bootstrapWhenOnlyRefusedTokensWereAskedForThenStillOpen() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    client.token("1.AAAA").refused(401, "invalid_client");
    device.bootstrap().expect(200);
  }

  @Test
  void rearmWhenDoneThenOldCredentialsLastUntilTheNextBootstrap() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Aat aat = client.aat();
    Uma uma = new Uma(instance, aat);
    Issued issued = uma.certificate();
    try (MqttProbe broker = issued.connect()) {
      instance.admin().act(device.id(), "rearm");
      uma.terms().expect(200);
      assertThat(broker.publish(Workflows.topic(device.id()), "1")).isIn(0, 16);
      try (MqttProbe another = issued.connect()) {
        assertThat(another.publish(Workflows.topic(device.id()), "1")).isIn(0, 16);
      }

      Reply reply = device.bootstrap().expect(200);
      uma.terms().refused(401, "invalid_token");
      assertThat(status(issued)).isEqualTo("revoked");
      Awaitility.await("the end of the old session")
          .atMost(SOON)
          .until(() -> !broker.isConnected());
      assertThat(instance.admin().clientsOf(device.id())).hasSize(1);

      DeviceClient next = device.client(clientId(reply));
      Issued renewed = next.uma().certificate();
      try (MqttProbe again = renewed.connect()) {
        assertThat(again.publish(Workflows.topic(device.id()), "2")).isIn(0, 16);
      }
    }
    device.bootstrap().refused(403, "bootstrap_completed");
  }

  @Test
  void rearmWhenRepeatedWithTheSameKeyThenNoSecondBootstrap() {
    TestDevice device = TestDevice.loaded(instance);
    device.bootstrapped().aat();
    String key = Names.unique("key");
    String path = "devices/" + device.id() + "/rearm";
    Reply first = instance.admin().post(path, null, "Idempotency-Key", key).expect(200);
    device.client(clientId(device.bootstrap().expect(200))).aat();
    Reply again = instance.admin().post(path, null, "Idempotency-Key", key).expect(200);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
    device.bootstrap().refused(403, "bootstrap_completed");
    instance
        .admin()
        .post("devices/" + device.id() + "/suspend", null, "Idempotency-Key", key)
        .problem(422);
  }

  @Test
  void rearmWhenDoneThenCountersGoOnAndTheirBoundIsLiftedOnce() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    client.token(device.otp(client.clientId(), 5)).expect(200);
    instance.admin().act(device.id(), "rearm");
    client = device.client(clientId(device.bootstrap().expect(200)));
    client.token(device.otp(client.clientId(), 5)).refused(401, "invalid_client");
    client.token(device.otp(client.clientId(), 500_000)).expect(200);
    client.token(device.otp(client.clientId(), 600_000)).refused(401, "invalid_client");
    client.token(device.otp(client.clientId(), 500_001)).expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"suspend", "revoke", "retire"})
  void bootstrapWhenKeptOutThenAccessDenied(String action) {
    TestDevice device = TestDevice.loaded(instance);
    instance.admin().act(device.id(), action);
    device.bootstrap().refused(403, "access_denied");
    assertThat(instance.admin().clientsOf(device.id())).isEmpty();
    device
        .bootstrap(device.assertion(device.claims().audience("x").build()))
        .refused(401, "invalid_client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"suspend", "revoke", "retire"})
  void aatWhenDeviceIsKeptOutThenRefusedWithinASecond(String action) {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Uma uma = client.uma();
    Issued issued = uma.certificate();
    try (MqttProbe broker = issued.connect()) {
      instance.admin().act(device.id(), action);
      Refusal.within(Duration.ofSeconds(1), () -> uma.knock(Map.of()));
      uma.terms().refused(401, "invalid_token");
      client.token().refused(401, "invalid_client");
      Awaitility.await("the end of the session").atMost(SOON).until(() -> !broker.isConnected());
    }
  }

  @Test
  void resumeWhenSuspendedThenAllWorksAgain() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Issued issued = client.uma().certificate();
    instance.admin().act(device.id(), "suspend");
    instance.admin().act(device.id(), "resume");
    client.aat();
    Awaitility.await("the return of the right")
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> {
              try (MqttProbe broker = issued.connect()) {
                return broker.publish(Workflows.topic(device.id()), "1") < 128;
              }
            });
  }

  @Test
  void transitionWhenIllegalThenConflict() {
    TestDevice device = TestDevice.loaded(instance);
    instance.admin().act(device.id(), "suspend");
    instance.admin().device(device.id(), "rearm").problem(409);
    instance.admin().act(device.id(), "retire");
    for (String action : List.of("rearm", "suspend", "resume", "revoke")) {
      instance.admin().device(device.id(), action).problem(409);
    }
    instance.admin().device(Names.unique("SE"), "suspend").problem(404);
  }

  @Test
  void bootstrapWhenTheScriptFailsThenLeavesNothingAndWorksOnceMended() {
    String workflow = Names.unique("script");
    instance
        .admin()
        .putWorkflow(
            workflow,
            Workflows.publishing(
                workflow, "it/${device.attributes.substation}/values", "client_otp"));
    TestDevice device =
        TestDevice.loaded(instance, Map.of("feeder", "f-7"), Workflows.COMMON, workflow);
    Reply failed = device.bootstrap();
    assertThat(failed.status()).as("%s", failed).isBetween(400, 499).isNotEqualTo(401);
    assertThat(instance.admin().clientsOf(device.id())).isEmpty();

    instance
        .admin()
        .putWorkflow(
            workflow,
            Workflows.publishing(workflow, "it/${device.attributes.feeder}/values", "client_otp"));
    Reply mended = device.bootstrap().expect(200);
    TreeSet<String> workflows = new TreeSet<>();
    mended
        .json()
        .path("clients")
        .forEach(client -> workflows.add(client.path("workflow").asText()));
    assertThat(workflows).containsExactly(Workflows.COMMON, workflow);
    assertThat(instance.admin().clientsOf(device.id())).hasSize(2);
  }

  @Test
  void bootstrapWhenAnAttributeWouldWidenAGrantThenRefused() {
    String workflow = Names.unique("widen");
    instance
        .admin()
        .putWorkflow(
            workflow,
            Workflows.publishing(workflow, "it/${device.attributes.site}/values", "client_otp"));
    for (String hostile : List.of("+", "#", "a/b", "..", "$SYS", "a b", "")) {
      TestDevice device = TestDevice.loaded(instance, Map.of("site", hostile), workflow);
      Reply reply = device.bootstrap();
      assertThat(reply.status()).as("%s for %s", reply, hostile).isBetween(400, 499);
      assertThat(instance.admin().clientsOf(device.id())).as(hostile).isEmpty();
    }
  }

  private String status(Issued issued) {
    String serial = issued.certificate().getSerialNumber().toString(16);
    return instance.admin().get("certificates/" + serial).expect(200).text("status");
  }

  private static String clientId(Reply reply) {
    return reply.json().path("clients").path(0).path("client_id").asText();
  }
}
