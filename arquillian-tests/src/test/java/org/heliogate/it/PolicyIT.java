package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** What operators grant and refuse, down to the broker. */
class PolicyIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Instance instance = Instance.current();
  private final Admin admin = instance.admin();
  private final String root = Names.unique("it-policy");

  @Test
  void grantWhenForOneClientThenItAloneMayUseIt() {
    Application application = application();
    Uma uma = application.uma();
    String topic = root + "/one";
    uma.redeem(uma.ticket(Map.of("resource", topic)), Map.of()).refused(403, "request_denied");
    String id = grant(application, topic, "allow", "").text("id");
    Issued issued = uma.certificate();
    assertThat(permissions(uma, topic)).containsExactly(topic);
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.publish(topic, "1")).isLessThan(128);
      assertThat(broker.publish(topic + "/x", "1")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
    }
    Uma other = application().uma();
    other.redeem(other.ticket(Map.of("resource", topic)), Map.of()).refused(403, "request_denied");

    String rpt = rpt(uma, topic);
    assertThat(introspect(rpt).path("active").asBoolean()).isTrue();
    admin.send("DELETE", "grants/" + id, Admin.JSON, null).expect(204);
    assertThat(introspect(rpt).path("active").asBoolean()).isFalse();
    uma.redeem(uma.ticket(Map.of("resource", topic)), Map.of()).refused(403, "request_denied");
    awaitRefused(issued, topic);
  }

  @Test
  void nameWhenAPatternCoversItThenGrantedUnderItsOwnName() {
    Application application = application();
    grant(application, root + "/+/m", "allow", "");
    Uma uma = application.uma();
    assertThat(permissions(uma, root + "/SE-1/m")).containsExactly(root + "/SE-1/m");
    assertThat(permissions(uma, root + "/+/m")).containsExactly(root + "/+/m");
    for (String beyond : List.of(root + "/SE-1", root + "/#", root + "/SE-1/m/x")) {
      uma.redeem(uma.ticket(Map.of("resource", beyond)), Map.of()).refused(403, "request_denied");
    }
  }

  @Test
  void refusalWhenUnderAWiderGrantThenTokenAndBrokerRefuse() {
    Application application = application();
    Uma uma = application.uma();
    grant(application, root + "/#", "allow", "");
    grant(application, root + "/secret/#", "deny", "");
    Issued issued = uma.certificate();
    uma.redeem(uma.ticket(Map.of("resource", root + "/secret/1")), Map.of())
        .refused(403, "request_denied");
    assertThat(permissions(uma, root + "/open")).containsExactly(root + "/open");
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.publish(root + "/open", "1")).isLessThan(128);
      assertThat(broker.publish(root + "/secret/1", "1")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
    }
  }

  @Test
  void refusalWhenForARoleThenItsClientsLoseTheRight() {
    String workflow = Names.unique("policy");
    admin.putWorkflow(workflow, Workflows.publishing(workflow, root + "/#", "client_otp"));
    Application application = admin.createApplication(workflow + "-role", "client_secret_basic");
    Uma uma = application.uma();
    String rpt = rpt(uma, root + "/a");
    String id =
        admin
            .post(
                "grants",
                """
                {"role":"%s-role","resource_server":"mqtt","resource":"%s/+","scopes":["publish"],
                 "effect":"deny"}"""
                    .formatted(workflow, root))
            .expect(201)
            .text("id");
    assertThat(introspect(rpt).path("active").asBoolean()).isFalse();
    uma.redeem(uma.ticket(Map.of("resource", root + "/a")), Map.of())
        .refused(403, "request_denied");
    assertThat(permissions(uma, root + "/a/b")).containsExactly(root + "/a/b");
    admin.send("DELETE", "grants/" + id, Admin.JSON, null).expect(204);
    assertThat(permissions(uma, root + "/a")).containsExactly(root + "/a");
  }

  @Test
  void grantWhenItsTimeIsUpThenTokenAndBrokerRefuse() {
    Application application = application();
    Uma uma = application.uma();
    String topic = root + "/timed";
    Reply made = grant(application, topic, "allow", "");
    Issued issued = uma.certificate();
    String rpt = rpt(uma, topic);
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.publish(topic, "1")).isLessThan(128);
    }
    String end = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.MILLIS).toString();
    admin
        .send(
            "PUT",
            "grants/" + made.text("id"),
            Admin.JSON,
            body(application, topic, "allow", ",\"not_after\":\"" + end + "\""))
        .expect(200);
    Awaitility.await("the end of the grant")
        .atMost(PATIENCE)
        .until(() -> !introspect(rpt).path("active").asBoolean());
    assertThat(Instant.now()).isAfterOrEqualTo(Instant.parse(end).minusSeconds(1));
    uma.redeem(uma.ticket(Map.of("resource", topic)), Map.of()).refused(403, "request_denied");
    awaitRefused(issued, topic);
  }

  @Test
  void grantWhenItsTimeHasNotComeThenDeniedAndLaterAllowed() {
    Application application = application();
    Uma uma = application.uma();
    String topic = root + "/later";
    String start = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS).toString();
    grant(application, topic, "allow", ",\"not_before\":\"" + start + "\"");
    Reply first = uma.redeem(uma.ticket(Map.of("resource", topic)), Map.of());
    assertThat(first.status() == 403 || Instant.now().isAfter(Instant.parse(start))).isTrue();
    Awaitility.await("the start of the grant")
        .atMost(PATIENCE)
        .until(
            () -> uma.redeem(uma.ticket(Map.of("resource", topic)), Map.of()).status(),
            status -> status == 200);
  }

  @Test
  void grantWhenReadChangedAndDeletedThenConditionsAreKept() {
    Application application = application();
    Reply made = grant(application, root + "/etag", "allow", "");
    String path = "grants/" + made.text("id");
    assertThat(made.header("Location")).isEqualTo(instance.issuer() + Admin.API + path);
    Reply read = admin.get(path).expect(200);
    assertThat(read.json()).isEqualTo(made.json());
    String tag = read.header("ETag");
    assertThat(tag).isEqualTo(made.header("ETag")).isNotEmpty();
    String changed = body(application, root + "/etag2", "deny", "");
    Reply put = admin.send("PUT", path, Admin.JSON, changed, "If-Match", tag).expect(200);
    assertThat(put.text("effect")).isEqualTo("deny");
    assertThat(put.header("ETag")).isNotEqualTo(tag);
    admin.send("PUT", path, Admin.JSON, changed, "If-Match", tag).problem(412);
    admin.send("DELETE", path, Admin.JSON, null, "If-Match", tag).problem(412);
    admin.send("DELETE", path, Admin.JSON, null, "If-Match", put.header("ETag")).expect(204);
    admin.get(path).problem(404);
    admin.send("DELETE", path, Admin.JSON, null).problem(404);
    admin.send("PUT", path, Admin.JSON, changed).problem(404);
    assertThat(admin.auditOf(made.text("id")).stream().map(row -> row.path("action").asText()))
        .contains("grant.create", "grant.change", "grant.delete");
  }

  @Test
  void grantWhenRepeatedUnderAKeyThenMadeOnce() {
    Application application = application();
    String body = body(application, root + "/key", "allow", "");
    String key = Names.random(20);
    Reply first = admin.post("grants", body, "Idempotency-Key", key).expect(201);
    Reply again = admin.post("grants", body, "Idempotency-Key", key).expect(201);
    assertThat(again.json()).isEqualTo(first.json());
    admin
        .post("grants", body(application, root + "/other", "allow", ""), "Idempotency-Key", key)
        .problem(422);
    assertThat(admin.list("grants?client=" + application.clientId())).hasSize(1);
  }

  @Test
  void grantWhenItCannotBeThenRefusedAndNothingIsLeft() {
    Application application = application();
    for (String resource :
        List.of("$SYS/x", "admin", "local/x", "config", "system.users", "a/#/b", "a+", "")) {
      admin.post("grants", body(application, resource, "allow", "")).problem(422);
    }
    String good = body(application, root, "allow", "");
    admin.post("grants", good.replace("publish", "fly")).problem(422);
    admin.post("grants", good.replace("\"mqtt\"", "\"nowhere\"")).problem(422);
    admin.post("grants", good.replace(application.clientId(), "nobody")).problem(422);
    admin.post("grants", good.replace("\"allow\"", "\"maybe\"")).problem(422);
    admin.post("grants", good.replace("{", "{\"role\":\"it-subscriber\",")).problem(422);
    admin.post("grants", body(application, root, "allow", ",\"not_after\":\"x\"")).problem(422);
    admin
        .post("grants", body(application, root, "allow", ",\"not_after\":\"2001-01-01T00:00:00Z\""))
        .problem(422);
    for (String bad :
        List.of(
            "{}",
            "[]",
            "{",
            "",
            good.replace("{", "{\"surprise\":1,"),
            good.replace("\"client\"", "\"resource\""),
            good.replace("[\"publish\"]", "\"publish\""))) {
      admin.post("grants", bad).problem(400);
    }
    admin.send("POST", "grants", "text/plain", good).problem(415);
    assertThat(admin.list("grants?client=" + application.clientId())).isEmpty();
  }

  @Test
  void grantWhenADevicesTokenAsksThenForbidden() {
    Application application = application();
    String aat = application.token("uma_authorization").expect(200).text("access_token");
    instance.http().get(Admin.API + "grants", "Authorization", "Bearer " + aat).problem(403);
  }

  private Application application() {
    return admin.createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
  }

  private Reply grant(Application application, String resource, String effect, String more) {
    return admin.post("grants", body(application, resource, effect, more)).expect(201);
  }

  private static String body(Application application, String resource, String effect, String more) {
    return """
        {"client":"%s","resource_server":"mqtt","resource":"%s","scopes":["publish"],
         "effect":"%s"%s}"""
        .formatted(application.clientId(), resource, effect, more);
  }

  /** The names of what a token for one resource allows. */
  private List<String> permissions(Uma uma, String resource) {
    return introspect(rpt(uma, resource)).path("permissions").findValuesAsText("resource_name");
  }

  private static String rpt(Uma uma, String resource) {
    return uma.redeemPatiently(uma.ticket(Map.of("resource", resource)), Map.of())
        .expect(200)
        .text("access_token");
  }

  private JsonNode introspect(String token) {
    JsonNode operator = instance.json("admin.json");
    return instance
        .http()
        .form(
            "/oauth/introspect",
            Map.of("token", token),
            "Authorization",
            Admin.basic(
                operator.path("client_id").asText(), operator.path("client_secret").asText()))
        .expect(200)
        .json();
  }

  /** Connects anew each time, as the broker may just have ended the session. */
  private static void awaitRefused(Issued issued, String topic) {
    Awaitility.await("the broker's refusal")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              try (MqttProbe broker = issued.connect()) {
                return broker.publish(topic, "1");
              }
            },
            reason -> reason == MqttProbe.NOT_AUTHORIZED);
  }
}
