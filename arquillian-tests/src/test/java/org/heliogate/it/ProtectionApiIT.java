package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resource servers that register their own resources and check tokens (UMA FedAuthz). */
class ProtectionApiIT {

  private final Instance instance = Instance.current();
  private final String server = Names.unique("rs");
  private final Application resourceServer = register(server);
  private final String pat = pat(resourceServer);
  private final Map<String, String> albums = new HashMap<>();
  private Application application;
  private String aat;

  @BeforeEach
  void grant() {
    instance
        .admin()
        .putWorkflow(
            server,
            """
            heliogate: 1
            workflow: %1$s
            roles:
              %1$s-reader:
                grants:
                  - { resource-server: %1$s, resource: "album/1", scopes: [view] }
                  - { resource-server: %1$s, resource: "album/2", scopes: [view, edit] }
            bootstrap:
              clients:
                - { name: reader, role: %1$s-reader, authentication: [client_otp] }
              return-pin: false
            """
                .formatted(server));
    application = instance.admin().createApplication(server + "-reader", "client_secret_basic");
    aat = application.token("uma_authorization").expect(200).text("access_token");
  }

  @Test
  void discoveryWhenReadThenNamesTheEndpoints() {
    JsonNode uma = instance.http().get("/.well-known/uma2-configuration").expect(200).json();
    for (String member :
        List.of(
            "permission_endpoint",
            "resource_registration_endpoint",
            "introspection_endpoint",
            "token_introspection_endpoint",
            "revocation_endpoint")) {
      assertThat(uma.path(member).asText()).as(member).startsWith(instance.issuer() + "/");
    }
    JsonNode first = instance.http().get("/.well-known/uma-configuration").expect(200).json();
    assertThat(first.path("rpt_endpoint").asText()).isEqualTo(instance.issuer() + "/uma/rpt");
  }

  @Test
  void resourceWhenRegisteredThenReadChangedAndDeleted() {
    Reply made =
        json("/uma/resource_set", pat, "{\"name\":\"x\",\"scopes\":[\"view\"]}").expect(201);
    String id = made.text("_id");
    assertThat(made.header("Location")).endsWith("/uma/resource_set/" + id);
    assertThat(send("GET", "/uma/resource_set", pat, null).body()).contains(id);
    send("PUT", "/uma/resource_set/" + id, pat, "{\"name\":\"x\",\"resource_scopes\":[]}")
        .expect(200);
    assertThat(send("GET", "/uma/resource_set/" + id, pat, null).json().path("resource_scopes"))
        .isEmpty();
    send("DELETE", "/uma/resource_set/" + id, pat, null).expect(204);
    send("GET", "/uma/resource_set/" + id, pat, null).refused(404, "not_found");
  }

  @Test
  void resourceWhenItHasNoNameThenItsIdentifierIsItsName() {
    String id = json("/uma/resource_set", pat, "{\"scopes\":[\"view\"]}").expect(201).text("_id");
    String path = "/uma/resource_set/" + id;
    JsonNode read = send("GET", path, pat, null).expect(200).json();
    assertThat(read.path("name").asText()).isEqualTo(id);
    assertThat(read.path("scopes").toString())
        .isEqualTo(read.path("resource_scopes").toString())
        .isEqualTo("[\"view\"]");
    String changed = read.toString().replace("\"scopes\":[", "\"scopes\":[\"edit\",");
    send("PUT", path, pat, changed).expect(200);
    JsonNode again = send("GET", path, pat, null).expect(200).json();
    assertThat(again.path("name").asText()).isEqualTo(id);
    assertThat(again.path("resource_scopes").toString()).isEqualTo("[\"edit\",\"view\"]");
  }

  @Test
  void resourceWhenAnothersThenHiddenAndNoTicketForIt() {
    String other = pat(register(Names.unique("rs")));
    String id = album("1");
    assertThat(send("GET", "/uma/resource_set", other, null).json()).isEmpty();
    for (String method : List.of("GET", "DELETE")) {
      send(method, "/uma/resource_set/" + id, other, null).refused(404, "not_found");
    }
    json("/uma/permission", other, permission(id, "view")).refused(400, "invalid_resource_id");
    send("GET", "/uma/resource_set", aat, null).refused(403, "insufficient_scope");
  }

  @Test
  void ticketWhenSeveralPermissionsThenTheClientGetsWhatItHasOfThem() {
    String ticket =
        ticket(
            "["
                + permission(album("1"), "view", "edit")
                + ","
                + permission(album("2"), "edit")
                + "]");
    JsonNode permissions =
        introspect(rpt(redeem(ticket, Map.of()).expect(200)), pat).json().path("permissions");
    assertThat(permissions.findValuesAsText("resource_name")).containsExactly("album/1", "album/2");
    assertThat(permissions.get(0).path("resource_scopes").toString()).isEqualTo("[\"view\"]");
    redeem(ticket, Map.of()).refused(400, "invalid_grant");
    redeem(ticket(permission(album("1"), "edit")), Map.of()).refused(403, "request_denied");
  }

  @Test
  void tokenWhenUpgradedThenHasBoth() {
    String first = rpt(redeem(ticket(permission(album("1"), "view")), Map.of()).expect(200));
    Reply second = redeem(ticket(permission(album("2"), "view")), Map.of("rpt", first)).expect(200);
    assertThat(second.json().path("upgraded").asBoolean()).isTrue();
    assertThat(introspect(rpt(second), pat).json().path("permissions")).hasSize(2);
    Reply ignored =
        redeem(ticket(permission(album("2"), "view")), Map.of("rpt", "a.b.c")).expect(200);
    assertThat(ignored.json().has("upgraded")).isFalse();
  }

  @Test
  void tokenWhenRevokedOrNoBusinessOfTheCallerThenInactive() {
    String rpt = rpt(redeem(ticket(permission(album("1"), "view")), Map.of()).expect(200));
    String other = pat(register(Names.unique("rs")));
    assertThat(introspect(rpt, pat).json().path("active").asBoolean()).isTrue();
    assertInactive(introspect(rpt, other));
    assertInactive(introspect(other, pat));
    assertInactive(introspect("unknown", pat));
    revoke(resourceServer, rpt).refused(400, "invalid_grant");
    revoke(application, rpt).expect(200);
    assertInactive(introspect(rpt, pat));
    revoke(application, aat).expect(200);
    assertInactive(introspect(aat, pat));
    redeem(ticket(permission(album("1"), "view")), Map.of()).refused(401, "invalid_token");
    revoke(resourceServer, pat).expect(200);
    send("GET", "/uma/resource_set", pat, null).refused(401, "invalid_token");
  }

  @Test
  void resourceWhenDeletedThenPermissionsToItEnd() {
    String id = album("2");
    String rpt = rpt(redeem(ticket(permission(id, "view")), Map.of()).expect(200));
    String ticket = ticket(permission(id, "view"));
    send("DELETE", "/uma/resource_set/" + id, pat, null).expect(204);
    assertInactive(introspect(rpt, pat));
    redeem(ticket, Map.of()).refused(403, "request_denied");
  }

  @Test
  void rptEndpointWhenTicketIsGoodThenAnswersOnce() {
    String body = "{\"ticket\":\"" + ticket(permission(album("1"), "view")) + "\"}";
    assertThat(json("/uma/rpt", aat, body).expect(200).notStored().text("rpt")).isNotEmpty();
    json("/uma/rpt", aat, body).refused(400, "invalid_ticket");
    String denied = "{\"ticket\":\"" + ticket(permission(album("1"), "edit")) + "\"}";
    json("/uma/rpt", aat, denied).refused(403, "not_authorized");
  }

  @Test
  void clientWhenItIsAResourceServerThenIsNotEnded() {
    Application owner = register(Names.unique("rs"));
    instance.admin().send("DELETE", "clients/" + owner.clientId(), Admin.JSON, null).problem(409);
    assertThat(pat(owner)).isNotEmpty();
  }

  private Application register(String id) {
    Reply reply =
        instance
            .admin()
            .post("resource-servers", "{\"id\":\"" + id + "\",\"type\":\"oauth\"}")
            .expect(201)
            .notStored();
    return new Application(
        instance,
        reply.text("client_id"),
        "",
        KnownSecrets.add("resource server's secret", reply.text("client_secret")));
  }

  private static String pat(Application server) {
    return KnownSecrets.add(
        "PAT", server.token("uma_protection").expect(200).notStored().text("access_token"));
  }

  /** The identifier of an album that both scopes are registered for. */
  private String album(String number) {
    return albums.computeIfAbsent(
        number,
        name ->
            json(
                    "/uma/resource_set",
                    pat,
                    "{\"name\":\"album/" + name + "\",\"resource_scopes\":[\"view\",\"edit\"]}")
                .expect(201)
                .text("_id"));
  }

  private static String permission(String id, String... scopes) {
    return "{\"resource_id\":\""
        + id
        + "\",\"resource_scopes\":[\""
        + String.join("\",\"", scopes)
        + "\"]}";
  }

  private String ticket(String permissions) {
    return KnownSecrets.add(
        "ticket", json("/uma/permission", pat, permissions).expect(201).text("ticket"));
  }

  private Reply redeem(String ticket, Map<String, String> more) {
    Map<String, String> form = new HashMap<>(more);
    form.put("grant_type", Uma.GRANT_TYPE);
    form.put("ticket", ticket);
    return instance.http().form("/oauth/token", form, "Authorization", "Bearer " + aat);
  }

  private static String rpt(Reply reply) {
    return KnownSecrets.add("RPT", reply.text("access_token"));
  }

  private Reply introspect(String token, String caller) {
    return instance
        .http()
        .form("/oauth/introspect", Map.of("token", token), "Authorization", "Bearer " + caller)
        .expect(200)
        .notStored();
  }

  private static void assertInactive(Reply reply) {
    assertThat(reply.body()).isEqualTo("{\"active\":false}");
  }

  private Reply revoke(Application client, String token) {
    return instance
        .http()
        .form(
            "/oauth/revoke",
            Map.of("token", token),
            "Authorization",
            Admin.basic(client.clientId(), client.secret()));
  }

  private Reply json(String path, String token, String body) {
    return send("POST", path, token, body);
  }

  private Reply send(String method, String path, String token, String body) {
    Http http = instance.http();
    return http.send(
        http.to(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? java.net.http.HttpRequest.BodyPublishers.noBody()
                    : java.net.http.HttpRequest.BodyPublishers.ofString(body, UTF_8))
            .build());
  }
}
