package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** What an operator may approve, from the client's first request to the token. */
class ApprovalIT {

  private static final String ASKED = "{\"resource_scopes\":[\"view\",\"edit\"],\"name\":\"%s\"}";

  private final Instance instance = Instance.current();
  private final Admin admin = instance.admin();
  private final String server = Names.unique("rs");
  private final Application resourceServer = register("operator");
  private final String pat =
      KnownSecrets.add(
          "PAT", resourceServer.token("uma_protection").expect(200).text("access_token"));
  private final String album = resource("album/1");
  private final Application application =
      admin.createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
  private final String aat =
      KnownSecrets.add(
          "AAT", application.token("uma_authorization").expect(200).text("access_token"));

  @Test
  void requestWhenApprovedThenTheNextPollHasTheToken() {
    Reply first = pending(redeem(ticket(album, "view")));
    assertThat(first.json().path("interval").asInt()).isPositive();
    Reply second = pending(redeem(first.text("ticket")));
    pending(redeem(ticket(album, "view")));
    redeem(first.text("ticket")).refused(400, "invalid_grant");
    JsonNode approval = only();
    assertThat(approval.path("status").asText()).isEqualTo("pending");
    assertThat(approval.path("resource").asText()).isEqualTo("album/1");
    assertThat(approval.path("scopes").toString()).isEqualTo("[\"view\"]");
    String path = "approvals/" + approval.path("id").asText();
    String end = Instant.now().plusSeconds(3_600).toString();
    Reply approved = admin.post(path + "/approve", "{\"not_after\":\"" + end + "\"}").expect(200);
    assertThat(approved.text("status")).isEqualTo("approved");
    JsonNode grant = admin.get("grants/" + approved.text("grant")).expect(200).json();
    assertThat(grant.path("client").asText()).isEqualTo(application.clientId());
    assertThat(grant.has("not_after")).isTrue();
    redeem(second.text("ticket")).expect(200);
    admin.post(path + "/approve", null).problem(409);
    admin.post(path + "/deny", null).problem(409);
    assertThat(admin.auditOf(approval.path("id").asText()).stream().map(ApprovalIT::action))
        .contains("approval.request", "approval.approve");
  }

  @Test
  void requestWhenDeniedThenRequestDeniedFromThenOn() {
    Reply first = pending(redeem(ticket(album, "edit")));
    String path = "approvals/" + only().path("id").asText();
    String tag = admin.get(path).expect(200).header("ETag");
    admin.send("POST", path + "/deny", Admin.JSON, null, "If-Match", "\"x\"").problem(412);
    String key = Names.random(20);
    Reply denied =
        admin
            .send("POST", path + "/deny", Admin.JSON, null, "If-Match", tag, "Idempotency-Key", key)
            .expect(200);
    assertThat(denied.text("status")).isEqualTo("denied");
    Reply again =
        admin
            .send("POST", path + "/deny", Admin.JSON, null, "If-Match", tag, "Idempotency-Key", key)
            .expect(200);
    assertThat(again.json()).isEqualTo(denied.json());
    redeem(first.text("ticket")).refused(403, "request_denied");
    redeem(ticket(album, "edit")).refused(403, "request_denied");
    pending(redeem(ticket(album, "view")));
  }

  @Test
  void requestWhenByUma1ThenSubmittedAndLaterGranted() {
    Reply first = pending(rpt(ticket(album, "view")));
    admin.post("approvals/" + only().path("id").asText() + "/approve", "{}").expect(200);
    assertThat(rpt(first.text("ticket")).expect(200).text("rpt")).isNotEmpty();
  }

  @Test
  void requestWhenItCannotBeApprovedThenDeniedAndNothingIsStored() {
    String resource = Names.unique("it-unknown");
    Uma uma = application.uma();
    uma.redeem(uma.ticket(Map.of("resource", resource)), Map.of()).refused(403, "request_denied");
    uma.redeem(uma.ticket(), Map.of());
    admin
        .post(
            "grants",
            """
            {"client":"%s","resource_server":"%s","resource":"album/1","scopes":["view"],
             "effect":"deny"}"""
                .formatted(application.clientId(), server))
        .expect(201);
    redeem(ticket(album, "view")).refused(403, "request_denied");
    redeem(ticket(resource("album/${device.id}"), "view")).refused(403, "request_denied");
    assertThat(approvals()).isEmpty();
  }

  @Test
  void policyWhenChangedThenInForceAtOnce() {
    policy("none").expect(200);
    redeem(ticket(album, "view")).refused(403, "request_denied");
    assertThat(approvals()).isEmpty();
    Reply changed = policy("operator").expect(200);
    assertThat(changed.text("approvals")).isEqualTo("operator");
    pending(redeem(ticket(album, "view")));
    policy("everybody").problem(422);
  }

  @Test
  void approvalWhenUnknownOrMalformedThenRefused() {
    for (String id : List.of("x", "..%2Fx", "00000000-0000-0000-0000-000000000000")) {
      admin.get("approvals/" + id).problem(404);
      admin.post("approvals/" + id + "/approve", "{}").problem(404);
      admin.post("approvals/" + id + "/deny", null).problem(404);
    }
    pending(redeem(ticket(album, "view")));
    String approve = "approvals/" + only().path("id").asText() + "/approve";
    admin.post(approve, "{\"surprise\":1}").problem(400);
    admin.post(approve, "[").problem(400);
    admin.post(approve, "{\"not_after\":\"x\"}").problem(422);
    admin.post(approve, "{\"not_after\":\"2001-01-01T00:00:00Z\"}").problem(422);
    admin.send("POST", approve, "text/plain", "x").problem(415);
    admin.get("approvals?status=maybe").problem(400);
    assertThat(only().path("status").asText()).isEqualTo("pending");
    instance
        .http()
        .post(
            Admin.API + approve, Admin.JSON, "{}".getBytes(UTF_8), "Authorization", "Bearer " + aat)
        .problem(403);
  }

  @Test
  void resourcesWhenListedThenThoseOfTheServer() {
    assertThat(admin.list("resources?resource_server=" + server))
        .singleElement()
        .satisfies(
            resource -> {
              assertThat(resource.path("id").asText()).isEqualTo(album);
              assertThat(resource.path("name").asText()).isEqualTo("album/1");
              assertThat(resource.path("resource_server").asText()).isEqualTo(server);
            });
    assertThat(admin.get("resources/" + album).expect(200).text("name")).isEqualTo("album/1");
    admin.get("resources/unknown").problem(404);
  }

  private static Reply pending(Reply reply) {
    reply.refused(403, "request_submitted").notStored();
    assertThat(reply.text("pending")).isEqualTo("approval");
    KnownSecrets.add("ticket", reply.text("ticket"));
    return reply;
  }

  private static String action(JsonNode row) {
    return row.path("action").asText();
  }

  private List<JsonNode> approvals() {
    return admin.list("approvals?client=" + application.clientId());
  }

  private JsonNode only() {
    List<JsonNode> all = approvals();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private Application register(String approvals) {
    Reply reply =
        admin
            .post(
                "resource-servers",
                "{\"id\":\"%s\",\"type\":\"oauth\",\"approvals\":\"%s\"}"
                    .formatted(server, approvals))
            .expect(201);
    assertThat(reply.text("approvals")).isEqualTo(approvals);
    return new Application(
        instance,
        reply.text("client_id"),
        "",
        KnownSecrets.add("resource server's secret", reply.text("client_secret")));
  }

  private Reply policy(String approvals) {
    return admin.send(
        "PUT",
        "resource-servers/" + server,
        Admin.JSON,
        "{\"id\":\"%s\",\"type\":\"oauth\",\"approvals\":\"%s\"}".formatted(server, approvals));
  }

  private String resource(String name) {
    return instance
        .http()
        .post(
            "/uma/resource_set",
            Admin.JSON,
            ASKED.formatted(name).getBytes(UTF_8),
            "Authorization",
            "Bearer " + pat)
        .expect(201)
        .text("_id");
  }

  private String ticket(String id, String scope) {
    return KnownSecrets.add(
        "ticket",
        instance
            .http()
            .post(
                "/uma/permission",
                Admin.JSON,
                "{\"resource_id\":\"%s\",\"resource_scopes\":[\"%s\"]}"
                    .formatted(id, scope)
                    .getBytes(UTF_8),
                "Authorization",
                "Bearer " + pat)
            .expect(201)
            .text("ticket"));
  }

  private Reply redeem(String ticket) {
    Map<String, String> form = new HashMap<>();
    form.put("grant_type", Uma.GRANT_TYPE);
    form.put("ticket", ticket);
    return instance.http().form("/oauth/token", form, "Authorization", "Bearer " + aat);
  }

  private Reply rpt(String ticket) {
    return instance
        .http()
        .post(
            "/uma/rpt",
            Admin.JSON,
            ("{\"ticket\":\"" + ticket + "\"}").getBytes(UTF_8),
            "Authorization",
            "Bearer " + aat);
  }
}
