package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Refusal;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may administer what, and what is recorded of it. */
class AdministrationIT {

  private final Instance instance = Instance.current();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices",
        "workflows",
        "roles",
        "clients",
        "resource-servers",
        "certificates",
        "grants",
        "approvals",
        "resources",
        "audit-events"
      })
  void listWhenReadThenPaged(String list) {
    Reply page = instance.admin().get(list + "?limit=1").expect(200);
    assertThat(page.json().path("items").size()).as("%s", page).isLessThanOrEqualTo(1);
    instance.admin().get(list + "?limit=1001").problem(400);
    instance.admin().get(list + "?limit=0").problem(400);
    instance.admin().get(list + "?cursor=x").problem(400);
    instance.http().get(Admin.API + list).problem(401);
    assertThat(instance.http().get(Admin.API + list).header("WWW-Authenticate"))
        .startsWith("Bearer");
  }

  @Test
  void tokenWhenADevicesAatThenForbidden() {
    String workflow = Names.unique("bearer");
    instance
        .admin()
        .putWorkflow(
            workflow, Workflows.publishing(workflow, "it/${device.id}/b", "client_secret_basic"));
    TestDevice device = TestDevice.loaded(instance, Map.of(), workflow);
    Reply reply = device.bootstrap().expect(200);
    Application asClient =
        new Application(
            instance,
            reply.json().path("clients").path(0).path("client_id").asText(),
            "",
            reply.json().path("clients").path(0).path("client_secret").asText());
    String aat = asClient.token("uma_authorization").expect(200).text("access_token");
    KnownSecrets.add("AAT", aat);
    for (String path : List.of("devices", "clients", "audit-events")) {
      instance.http().get(Admin.API + path, "Authorization", "Bearer " + aat).problem(403);
    }
    var otp = TestDevice.loaded(instance).bootstrapped().aat();
    instance
        .http()
        .get(
            Admin.API + "devices",
            "Authorization",
            otp.authorization("GET", Admin.API + "devices", new byte[0]))
        .problem(403);
  }

  @Test
  void tokenWhenReadOnlyThenWritesNothing() {
    Reply reader =
        instance
            .admin()
            .post(
                "clients",
                """
                {"name":"%s","authentication":["client_secret_basic"],"scope":"admin:read"}"""
                    .formatted(Names.unique("reader")))
            .expect(201);
    Application client =
        new Application(
            instance,
            reader.text("client_id"),
            reader.text("username"),
            KnownSecrets.add("reader's secret", reader.text("client_secret")));
    client.token("admin").refused(400, "invalid_scope");
    String token =
        KnownSecrets.add(
            "reader's token", client.token("admin:read").expect(200).text("access_token"));
    String bearer = "Bearer " + token;
    instance.http().get(Admin.API + "devices", "Authorization", bearer).expect(200);
    TestDevice device = TestDevice.unknown(instance);
    instance
        .http()
        .post(
            Admin.API + "devices",
            Admin.NDJSON,
            device.manifestLine(Map.of()).getBytes(UTF_8),
            "Authorization",
            bearer)
        .problem(403);
    instance
        .http()
        .post(
            Admin.API + "clients",
            Admin.JSON,
            "{\"name\":\"x\"}".getBytes(UTF_8),
            "Authorization",
            bearer)
        .problem(403);
    String yaml = Workflows.publishing(Names.unique("w"), "it/x", "client_otp");
    instance
        .http()
        .send(
            instance
                .http()
                .to(Admin.API + "workflows/w-none")
                .header("Authorization", bearer)
                .header("Content-Type", Admin.YAML)
                .PUT(HttpRequest.BodyPublishers.ofString(yaml))
                .build())
        .problem(403);
    instance
        .http()
        .post(
            Admin.API + "devices/" + TestDevice.loaded(instance).id() + "/suspend",
            Admin.JSON,
            new byte[0],
            "Authorization",
            bearer)
        .problem(403);
    device.bootstrap().refused(401, "invalid_client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer x.y", "Bearer ", "Basic eDp5", "Nonsense", "AAT-OTP id=\"x\""})
  void tokenWhenNoneOfOursThenUnauthorized(String authorization) {
    Reply reply = instance.http().get(Admin.API + "devices", "Authorization", authorization);
    assertThat(reply.status()).as("%s", reply).isIn(400, 401);
    assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void clientWhenCreatedTwiceWithOneKeyThenOnce() {
    String key = Names.unique("key");
    String body =
        """
        {"name":"%s","roles":["it-subscriber"],"authentication":["client_secret_basic"]}"""
            .formatted(Names.unique("app"));
    Reply first = instance.admin().post("clients", body, "Idempotency-Key", key).expect(201);
    Reply second = instance.admin().post("clients", body, "Idempotency-Key", key).expect(201);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    KnownSecrets.add("client secret", first.text("client_secret"));
    instance
        .admin()
        .post("clients", body.replace("it-subscriber", "it-publisher"), "Idempotency-Key", key)
        .problem(422);
    Reply other = instance.admin().post("clients", body).expect(201);
    assertThat(other.text("client_id")).isNotEqualTo(first.text("client_id"));
  }

  @Test
  void clientWhenCreatedManyTimesAtOnceWithOneKeyThenOnce() {
    String key = Names.unique("key");
    String name = Names.unique("app");
    String body = "{\"name\":\"%s\"}".formatted(name);
    List<Reply> replies =
        Concurrently.run(6, () -> instance.admin().post("clients", body, "Idempotency-Key", key));
    assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isIn(201, 409));
    assertThat(
            instance.admin().list("clients").stream()
                .filter(client -> client.path("name").asText().equals(name)))
        .hasSize(1);
  }

  @Test
  void clientWhenAskedForWronglyThenRefused() {
    for (String body :
        List.of(
            "{\"name\":\"x\",\"surprise\":1}",
            "{\"name\":\"x\",\"name\":\"y\"}",
            "{\"name\":",
            "{}",
            "[]",
            "\"x\"")) {
      instance.admin().post("clients", body).problem(400);
    }
    for (String body :
        List.of(
            "{\"name\":\"x\",\"roles\":[\"no-such-role\"]}",
            "{\"name\":\"x\",\"authentication\":[\"none\"]}",
            "{\"name\":\"x\",\"scope\":\"everything\"}")) {
      instance.admin().post("clients", body).problem(422);
    }
    instance.admin().send("POST", "clients", "text/plain", "{\"name\":\"x\"}").problem(415);
    instance.admin().post("clients", "{\"name\":\"" + Names.random(66_000) + "\"}").problem(413);
  }

  @Test
  void clientWhenReadThenNeverWithItsSecret() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Reply read = instance.admin().get("clients/" + application.clientId()).expect(200);
    assertThat(read.body()).doesNotContain("secret\":", application.secret());
    assertThat(read.text("username")).isEqualTo(application.username()).matches("hg-[a-z2-7]{26}");
    assertThat(read.header("ETag")).isNotEmpty();
    instance.admin().get("clients/" + Names.unique("none")).problem(404);
  }

  @Test
  void clientWhenChangedMeanwhileThenNotDeleted() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String path = "clients/" + application.clientId();
    String tag = instance.admin().get(path).expect(200).header("ETag");
    instance.admin().send("DELETE", path, null, null, "If-Match", "\"other\"").problem(412);
    instance.admin().send("DELETE", path, null, null, "If-Match", tag).expect(204);
    instance.admin().get(path).problem(404);
    application.token("uma_authorization").refused(401, "invalid_client");
  }

  @Test
  void deviceWhenChangedMeanwhileThenNotSuspended() {
    TestDevice device = TestDevice.loaded(instance);
    instance
        .admin()
        .post("devices/" + device.id() + "/suspend", null, "If-Match", "\"other\"")
        .problem(412);
    device.bootstrap().expect(200);
  }

  @Test
  void secretWhenRotatedThenTheOldOneIsVoid() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Reply rotated =
        instance
            .admin()
            .post("clients/" + application.clientId() + "/rotate-secret", null)
            .expect(200)
            .notStored();
    String secret = KnownSecrets.add("rotated secret", rotated.text("client_secret"));
    Awaitility.await("the end of the old secret")
        .atMost(Duration.ofSeconds(2))
        .until(() -> application.token("uma_authorization").status() == 401);
    new Application(instance, application.clientId(), application.username(), secret)
        .token("uma_authorization")
        .expect(200);
  }

  @Test
  void tokensWhenRevokedThenRefusedWithinASecond() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Uma uma = application.uma();
    uma.terms().expect(200);
    instance.admin().post("clients/" + application.clientId() + "/revoke-tokens", null).expect(200);
    Refusal.within(Duration.ofSeconds(1), uma::terms);
  }

  @Test
  void tokensWhenRevokedAgainWithTheSameKeyThenLaterOnesStay() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String key = Names.unique("key");
    String path = "clients/" + application.clientId() + "/revoke-tokens";
    Reply first = instance.admin().post(path, null, "Idempotency-Key", key).expect(200);
    Uma later = application.uma();
    later.terms().expect(200);
    Reply again = instance.admin().post(path, null, "Idempotency-Key", key).expect(200);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
    String tag = instance.admin().get("clients/" + application.clientId()).header("ETag");
    assertThat(tag).as("nothing has changed since").isEqualTo(first.header("ETag"));
    later.terms().expect(200);
    instance
        .admin()
        .post(path.replace("revoke-tokens", "rotate-secret"), null, "Idempotency-Key", key)
        .problem(422);
  }

  @Test
  void resourceServerWhenRegisteredWronglyThenRefused() {
    String nothingBound =
        """
        {"id":"%s","type":"mqtt","connection_factory":"java:/heliogate/rs/nothing"}""";
    instance.admin().post("resource-servers", nothingBound.formatted("other")).problem(422);
    instance
        .admin()
        .post(
            "resource-servers",
            """
            {"id":"mqtt","type":"mqtt","connection_factory":"java:/heliogate/rs/mqtt"}""")
        .problem(409);
    Reply mqtt = instance.admin().get("resource-servers/mqtt").expect(200);
    assertThat(mqtt.text("type")).isEqualTo("mqtt");
  }

  @Test
  void auditWhenADeviceComesThenHoldsEveryStepAndRefusal() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    client.uma().certificate();
    device.bootstrap().refused(403, "bootstrap_completed");
    instance.admin().act(device.id(), "suspend");
    device.bootstrap().refused(403, "access_denied");
    Awaitility.await("the tallies of refusals")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(steps(device, client))
                    .contains(
                        "device.load success",
                        "device.bootstrap success",
                        "client.create success",
                        "client.authenticate success",
                        "device.confirm success",
                        "device.pin success",
                        "certificate.issue success",
                        "device.suspend success",
                        "device.bootstrap refused"));
  }

  @Test
  void auditWhenSomebodyIsRefusedThenARowSaysWhy() {
    TestDevice.unknown(instance).bootstrap().refused(401, "invalid_client");
    instance.admin().device(Names.unique("SE"), "suspend").problem(404);
    Awaitility.await("the tallies of refusals")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(instance.admin().list("audit-events?action=device.bootstrap"))
                  .anyMatch(row -> row.toString().contains("unknown device"));
              assertThat(instance.admin().list("audit-events?action=admin.request"))
                  .anyMatch(row -> row.toString().contains("404"));
            });
  }

  private TreeSet<String> steps(TestDevice device, DeviceClient client) {
    List<JsonNode> rows = instance.admin().list("audit-events");
    return rows.stream()
        .filter(
            row ->
                row.toString().contains(device.id()) || row.toString().contains(client.clientId()))
        .map(row -> row.path("action").asText() + " " + row.path("outcome").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
