package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.OauthServer;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Test;

/** The {@code scope} claim of tokens for servers that know OAuth and no UMA (RFC 9068 §2.2.3). */
class ScopeTemplateIT {

  private static final String TEMPLATE = "${resource_server.id}.${scope}:${resource.name}";

  private final Instance instance = Instance.current();
  private final String id = Names.unique("scoped");

  @Test
  void serverWhenTemplateCannotBeThenUnprocessableAndNothingIsLeft() {
    for (String template :
        List.of(
            "",
            "${scope}",
            "${resource.name}",
            "${scope} ${resource.name}",
            "${scope}:${resource.name.length()}",
            "${scope}:${resource.name}:${device.id}",
            "#{scope}:${resource.name}",
            "${scope}:${resource.name}" + "x".repeat(512))) {
      Reply reply = post(body(template, 300)).problem(422);
      assertThat(reply.text("detail")).as(template).startsWith("scope_template: ");
    }
    post(body(TEMPLATE, 29)).problem(422);
    post(body(TEMPLATE, 3601)).problem(422);
    post(body(TEMPLATE, 300).replace("300", "30.5")).problem(400);
    post(body(TEMPLATE, 300).replace("300", "\"300\"")).problem(400);
    post("{\"id\":\""
            + id
            + "\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs/mqtt\","
            + "\"rpt_lifetime\":300}")
        .problem(422);
    instance.admin().get("resource-servers/" + id).problem(404);
  }

  @Test
  void serverWhenChangedThenReadBackAndConditionsHold() {
    post("{\"id\":\"" + id + "\",\"type\":\"oauth\"}").expect(201);
    Reply plain = instance.admin().get("resource-servers/" + id).expect(200);
    assertThat(plain.json().has("scope_template")).isFalse();
    assertThat(plain.json().path("rpt_lifetime").asInt()).isEqualTo(300);
    String tag = plain.header("ETag");
    Reply changed = put(body(TEMPLATE, 60), "If-Match", tag).expect(200);
    assertThat(changed.text("scope_template")).isEqualTo(TEMPLATE);
    assertThat(changed.json().path("rpt_lifetime").asInt()).isEqualTo(60);
    assertThat(changed.json().has("client_secret")).isFalse();
    put(body(TEMPLATE, 90), "If-Match", tag).problem(412);
    put(body("${scope}", 60)).problem(422);
    put(body(TEMPLATE, 60).replace("oauth", "mqtt")).problem(422);
    put(body(TEMPLATE, 60).replace(id, "another")).problem(422);
    Reply same = put(body(TEMPLATE, 60)).expect(200);
    assertThat(same.header("ETag")).isEqualTo(changed.header("ETag"));
    instance
        .admin()
        .send("PUT", "resource-servers/none-such", Admin.JSON, body(TEMPLATE, 60))
        .problem(404);
    put("{\"id\":\"" + id + "\",\"type\":\"oauth\"}").expect(200);
    assertThat(instance.admin().get("resource-servers/" + id).json().has("scope_template"))
        .isFalse();
    assertThat(instance.admin().auditOf(id).toString()).contains("resource-server.update");
  }

  @Test
  void tokenWhenServerHasATemplateThenSaysItsPermissionsAndIntrospectionAgrees()
      throws ParseException {
    OauthServer server = OauthServer.register(instance, body(TEMPLATE, 60));
    Application application = application("a/1", "a/2");
    String one = server.resource("a/1", "view", "edit");
    String two = server.resource("a/2", "view");
    String aat = aat(application);
    Reply reply = redeem(aat, server.ticket(List.of(one, two))).expect(200);
    assertThat(reply.json().path("expires_in").asLong()).isEqualTo(60);
    String rpt = KnownSecrets.add("RPT", reply.text("access_token"));
    JWTClaimsSet claims = SignedJWT.parse(rpt).getJWTClaimsSet();
    String scope = id + ".edit:a/1 " + id + ".view:a/1 " + id + ".view:a/2";
    assertThat(claims.getStringClaim("scope")).isEqualTo(scope);
    assertThat(
            Duration.between(
                claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(server.introspect(rpt).text("scope")).isEqualTo(scope);

    server.send("DELETE", "/uma/resource_set/" + two, null).expect(204);
    assertThat(server.introspect(rpt).text("scope"))
        .isEqualTo(id + ".edit:a/1 " + id + ".view:a/1");
    instance
        .http()
        .get("/uma/resource_set", "Authorization", "Bearer " + rpt)
        .refused(401, "invalid_token");
  }

  @Test
  void tokenWhenItsScopeLooksLikeAnApiScopeThenOpensNothing() throws ParseException {
    OauthServer server = OauthServer.register(instance, body("${resource.name}_${scope}", 60));
    Application application = application("uma");
    String resource = server.resource("uma", "protection");
    String rpt =
        KnownSecrets.add(
            "RPT",
            redeem(aat(application), server.ticket(List.of(resource)))
                .expect(200)
                .text("access_token"));
    assertThat(SignedJWT.parse(rpt).getJWTClaimsSet().getStringClaim("scope"))
        .isEqualTo("uma_protection");
    instance
        .http()
        .get("/uma/resource_set", "Authorization", "Bearer " + rpt)
        .refused(401, "invalid_token");
  }

  @Test
  void tokenWhenANameCannotBeInAScopeThenRefusedAndNeverASecondScope() {
    OauthServer server = OauthServer.register(instance, body(TEMPLATE, 60));
    for (String name : List.of("a b", "a \\\"b", "a\\\\b", "é", "a " + id + ".edit:a/1")) {
      Reply reply =
          server
              .send(
                  "POST",
                  "/uma/resource_set",
                  "{\"name\":\"" + name + "\",\"resource_scopes\":[\"view\"]}")
              .refused(400, "invalid_request");
      assertThat(reply.text("error_description")).startsWith("name: ");
    }
    // A grant of a workflow names its resource without asking the server.
    Application application = application("a/1", "b " + id + ".edit:a/2");
    String aat = aat(application);
    Reply reply = redeem(aat, frontDoor(aat)).refused(400, "invalid_scope");
    assertThat(reply.text("error_description")).contains("cannot be in a token of this server");
  }

  private Reply post(String json) {
    return instance.admin().post("resource-servers", json);
  }

  private Reply put(String json, String... headers) {
    return instance.admin().send("PUT", "resource-servers/" + id, Admin.JSON, json, headers);
  }

  private String body(String template, int lifetime) {
    return "{\"id\":\"%s\",\"type\":\"oauth\",\"scope_template\":\"%s\",\"rpt_lifetime\":%d}"
        .formatted(id, template, lifetime);
  }

  /** An application that may view, edit and protect resources of these names. */
  private Application application(String... names) {
    StringBuilder yaml =
        new StringBuilder(
            "heliogate: 1\nworkflow: %1$s\nroles:\n  %1$s:\n    grants:\n".formatted(id));
    for (String name : names) {
      yaml.append(
          "      - { resource-server: %s, resource: \"%s\", scopes: [view, edit, protection] }\n"
              .formatted(id, name));
    }
    yaml.append("bootstrap:\n  clients:\n    - { name: x, role: ").append(id);
    yaml.append(", authentication: [client_otp] }\n  return-pin: false\n");
    instance.admin().putWorkflow(id, yaml.toString());
    return instance.admin().createApplication(id, "client_secret_basic");
  }

  private static String aat(Application application) {
    return KnownSecrets.add(
        "AAT", application.token("uma_authorization").expect(200).text("access_token"));
  }

  private String frontDoor(String aat) {
    return KnownSecrets.add(
        "ticket",
        instance
            .http()
            .get("/proxy/" + id, "Authorization", "Bearer " + aat)
            .expect(401)
            .text("ticket"));
  }

  private Reply redeem(String aat, String ticket) {
    return instance
        .http()
        .form(
            "/oauth/token",
            Map.of("grant_type", Uma.GRANT_TYPE, "ticket", ticket),
            "Authorization",
            "Bearer " + aat);
  }
}
