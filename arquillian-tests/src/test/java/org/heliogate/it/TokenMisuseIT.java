package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Aat;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Album;
import org.heliogate.it.fixture.AlbumResources;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Test;

/** Tokens and tickets in the wrong hands, at the wrong place or too late: each use is refused. */
class TokenMisuseIT {

  private static final String INACTIVE = "{\"active\":false}";

  private final Instance instance = Instance.current();
  private final Album album = Album.created(instance);
  private final AlbumResources resources = AlbumResources.registered(instance, album);
  private final Application other = Album.server(instance, Names.unique("rs"));
  private final String otherPat = token(other, "uma_protection");
  private final String aat = token(album.reader(), "uma_authorization");

  @Test
  void introspectionWhenTheTokenIsAnotherServersThenInactive() {
    String rpt = rpt();
    for (String token : List.of(rpt, resources.pat())) {
      assertThat(introspect(token, "Bearer " + otherPat).expect(200).body()).isEqualTo(INACTIVE);
      assertThat(introspect(token, basic(other)).expect(200).body()).isEqualTo(INACTIVE);
      assertThat(introspect(token, basic(album.server())).expect(200).body())
          .contains("\"active\":true");
    }
    introspect(rpt, basic(album.reader())).refused(401, "invalid_client");
    introspect(rpt, "Bearer " + aat).refused(403, "insufficient_scope");
  }

  @Test
  void patWhenUsedOnAnothersResourceThenNotFoundAndNothingChanges() {
    String path = "/uma/resource_set/" + resources.id(1);
    String body = "{\"name\":\"stolen\",\"resource_scopes\":[\"view\"]}";
    send("PUT", path, otherPat, body).refused(404, "not_found");
    send("DELETE", path, otherPat, null).refused(404, "not_found");
    send("GET", path, otherPat, null).refused(404, "not_found");
    for (String query :
        List.of(
            "", "?name=album", "?_id=" + resources.id(1), "?owner=" + album.server().clientId())) {
      assertThat(send("GET", "/uma/resource_set" + query, otherPat, null).expect(200).json())
          .as(query)
          .isEmpty();
    }
    resources.request(otherPat, resources.id(1), "view").refused(400, "invalid_resource_id");
    assertThat(send("GET", path, resources.pat(), null).expect(200).text("name"))
        .isEqualTo("album/1");
  }

  @Test
  void ticketWhenReplayedFromAnotherClientThenInvalidGrant() {
    Application second =
        instance.admin().createApplication(album.id() + "-reader", "client_secret_basic");
    String ticket = resources.ticket(1, "view");
    redeem(album.reader(), ticket).expect(200);
    redeem(second, ticket).refused(400, "invalid_grant");
    json("/uma/rpt", token(second, "uma_authorization"), "{\"ticket\":\"" + ticket + "\"}")
        .refused(400, "invalid_ticket");

    String kept = resources.ticket(1, "view");
    Map<String, String> bad = ticketForm(kept);
    bad.put("credential", "x509");
    form(bad, basic(album.reader())).refused(400, "invalid_request");
    redeem(second, kept).expect(200);
  }

  @Test
  void ticketWhenSeveralClientsPresentItAtOnceThenExactlyOneSucceeds() {
    List<Application> clients =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(
                i ->
                    instance
                        .admin()
                        .createApplication(album.id() + "-reader", "client_secret_basic"))
            .toList();
    String ticket = resources.ticket(1, "view");
    java.util.concurrent.atomic.AtomicInteger next =
        new java.util.concurrent.atomic.AtomicInteger();
    List<Integer> statuses =
        Concurrently.run(clients.size(), () -> redeem(clients.get(next.getAndIncrement()), ticket))
            .stream()
            .map(Reply::status)
            .sorted()
            .toList();
    assertThat(statuses).containsExactly(200, 400, 400, 400);
  }

  @Test
  void rptWhenOfAnotherClientThenNotUpgraded() {
    String foreign = rpt();
    Application second =
        instance.admin().createApplication(album.id() + "-reader", "client_secret_basic");
    Map<String, String> form = ticketForm(resources.ticket(2, "edit"));
    form.put("rpt", foreign);
    Reply reply = form(form, basic(second)).expect(200);
    assertThat(reply.json().has("upgraded")).isFalse();
    assertThat(
            introspect(rpt(reply), basic(album.server()))
                .json()
                .path("permissions")
                .findValuesAsText("resource_name"))
        .containsExactly("album/2");
  }

  @Test
  void tokenWhenOfAnotherKindThenRefused() {
    String rpt = rpt();
    send("GET", "/uma/resource_set", rpt, null).refused(401, "invalid_token");
    json("/csr", rpt, "{\"resource_server\":\"mqtt\"}").refused(401, "invalid_token");
    json("/uma/rpt", rpt, "{\"ticket\":\"x\"}").refused(401, "invalid_token");
    json("/csr", resources.pat(), "{\"resource_server\":\"mqtt\"}")
        .refused(403, "insufficient_scope");
    form(ticketForm(resources.ticket(1, "view")), "Bearer " + resources.pat())
        .refused(403, "insufficient_scope");
    resources.request(aat, resources.id(1), "view").refused(403, "insufficient_scope");
    for (String token : List.of(rpt, resources.pat(), aat)) {
      assertThat(send("GET", "/admin/api/v1/clients", token, null).status()).isIn(401, 403);
    }
  }

  @Test
  void aatWhenRevokedThenRefusedEverywhere() {
    revoke(album.reader(), aat).expect(200);
    form(ticketForm(resources.ticket(1, "view")), "Bearer " + aat).refused(401, "invalid_token");
    json("/uma/rpt", aat, "{\"ticket\":\"" + resources.ticket(1, "view") + "\"}")
        .refused(401, "invalid_token");
    json("/csr", aat, "{\"resource_server\":\"mqtt\"}").refused(401, "invalid_token");
    send("GET", "/proxy/mqtt", aat, null).refused(401, "invalid_token");
    assertThat(introspect(aat, basic(album.server())).expect(200).body()).isEqualTo(INACTIVE);
    String fresh = token(album.reader(), "uma_authorization");
    form(ticketForm(resources.ticket(1, "view")), "Bearer " + fresh).expect(200);
  }

  @Test
  void aatWhenRevokedThenItsOneTimePasswordsAreRefusedToo() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Aat revoked = client.aat();
    Uma uma = new Uma(instance, revoked);
    uma.terms().expect(200);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", revoked.value());
    form.put("client_id", client.clientId());
    form.put("client_otp", device.otp(client.clientId()));
    instance.http().form("/oauth/revoke", form).expect(200);
    uma.terms().refused(401, "invalid_token");
    client.uma().terms().expect(200);
  }

  @Test
  void tokenWhenTheClientAuthenticatesBesideItThenInvalidRequest() {
    Application reader = album.reader();
    Map<String, String> form = ticketForm(resources.ticket(1, "view"));
    form.put("client_id", reader.clientId());
    form.put("client_secret", reader.secret());
    form(form, "Bearer " + aat).refused(400, "invalid_request");
    form.remove("client_secret");
    form.put("client_id", other.clientId());
    form(form, "Bearer " + aat).refused(400, "invalid_request");
    form.put("client_id", reader.clientId());
    form(form, "Bearer " + aat).expect(200);

    Map<String, String> question = new LinkedHashMap<>(Map.of("token", aat));
    question.put("client_id", album.server().clientId());
    String pat = "Bearer " + resources.pat();
    instance.http().form("/oauth/introspect", question, "Authorization", pat).expect(200);
    question.put("client_secret", "x");
    instance
        .http()
        .form("/oauth/introspect", question, "Authorization", pat)
        .refused(400, "invalid_request");
  }

  @Test
  void otpWhenReplayedAtAnotherEndpointThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    String otp = device.otp(client.clientId());
    client.token(otp).expect(200);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", "x");
    form.put("client_id", client.clientId());
    form.put("client_otp", otp);
    instance.http().form("/oauth/revoke", form).refused(401, "invalid_client");
    Map<String, String> ticket = ticketForm(resources.ticket(1, "view"));
    ticket.put("client_id", client.clientId());
    ticket.put("client_otp", otp);
    instance.http().form("/oauth/token", ticket).refused(401, "invalid_client");
  }

  @Test
  void rptEndpointWhenTicketIsNoneThenInvalidTicket() {
    for (String ticket : List.of("x", "a.b.c.d.e", Names.random(500))) {
      json("/uma/rpt", aat, "{\"ticket\":\"" + ticket + "\"}").refused(400, "invalid_ticket");
    }
    json("/uma/rpt", aat, "{}").refused(400, "invalid_request");
    json("/uma/rpt", aat, "{\"ticket\":\"x\",\"more\":1}").refused(400, "invalid_request");
  }

  private static String token(Application client, String scope) {
    return KnownSecrets.add("token", client.token(scope).expect(200).text("access_token"));
  }

  private String rpt() {
    return rpt(redeem(album.reader(), resources.ticket(1, "view")).expect(200));
  }

  private static String rpt(Reply reply) {
    return KnownSecrets.add("RPT", reply.text("access_token"));
  }

  private static Map<String, String> ticketForm(String ticket) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", Uma.GRANT_TYPE);
    form.put("ticket", ticket);
    return form;
  }

  private Reply redeem(Application client, String ticket) {
    return form(ticketForm(ticket), basic(client));
  }

  private Reply form(Map<String, String> form, String authorization) {
    return instance.http().form("/oauth/token", form, "Authorization", authorization);
  }

  private Reply introspect(String token, String authorization) {
    return instance
        .http()
        .form("/oauth/introspect", Map.of("token", token), "Authorization", authorization);
  }

  private Reply revoke(Application client, String token) {
    return instance
        .http()
        .form("/oauth/revoke", Map.of("token", token), "Authorization", basic(client));
  }

  private static String basic(Application client) {
    return Admin.basic(client.clientId(), client.secret());
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
