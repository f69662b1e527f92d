package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Party;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Permission tickets: what they are good for, and for whom (UMA 2.0 Grant §3.3). */
class TicketIT {

  private final Instance instance = Instance.current();
  private final TestDevice device = TestDevice.loaded(instance);
  private final Uma uma = device.bootstrapped().uma();

  @Test
  void ticketWhenUsedTwiceThenInvalidGrant() {
    String ticket = uma.ticket();
    uma.redeemPatiently(ticket, Map.of()).expect(200);
    String spent = uma.ticket();
    uma.redeem(spent, Map.of()).expect(200).notStored();
    uma.redeem(spent, Map.of()).refused(400, "invalid_grant").notStored();
  }

  @Test
  void ticketWhenAskedForByAFormThenForThatAlone() {
    for (String query : List.of("", "?scope=subscribe")) {
      Map<String, String> form =
          query.isEmpty()
              ? Map.of("resource", "nothing/like/this", "scope", "subscribe")
              : Map.of("resource", "nothing/like/this");
      String ticket =
          KnownSecrets.add(
              "ticket",
              instance.http().form("/proxy/mqtt" + query, form).expect(401).text("ticket"));
      uma.redeem(ticket, Map.of()).refused(403, "request_denied");
    }
    instance
        .http()
        .form("/proxy/mqtt?scope=publish", Map.of("scope", "publish"))
        .refused(400, "invalid_request");
    instance.http().post("/proxy/mqtt", "text/plain", new byte[0]).expect(401);
  }

  @Test
  void ticketWhenUsedManyTimesAtOnceThenExactlyOneSucceeds() {
    Application application = application();
    Uma other = application.uma();
    other.redeemPatiently(other.ticket(), Map.of()).expect(200);
    String ticket = other.ticket();
    List<Integer> statuses =
        Concurrently.run(8, () -> other.redeem(ticket, Map.of())).stream()
            .map(Reply::status)
            .sorted()
            .toList();
    assertThat(statuses).containsExactly(200, 400, 400, 400, 400, 400, 400, 400);
  }

  @Test
  void ticketWhenBoundToAnotherClientThenInvalidGrant() {
    String ticket = uma.ticket();
    application().uma().redeem(ticket, Map.of()).refused(400, "invalid_grant");
    uma.redeemPatiently(ticket, Map.of()).expect(200);
  }

  @Test
  void ticketWhenNobodysThenBoundToTheFirstWhoPresentsIt() {
    String ticket = new Uma(instance, Party.NOBODY).ticket();
    uma.redeem(ticket, Map.of("csr", "AAAA")).refused(400, "invalid_request");
    application().uma().redeem(ticket, Map.of()).refused(400, "invalid_grant");
    uma.redeemPatiently(ticket, Map.of()).expect(200);
  }

  @Test
  void ticketWhenTamperedWithThenInvalidGrant() {
    String ticket = uma.ticket();
    for (int position : List.of(5, ticket.length() / 2, ticket.length() - 3)) {
      char[] changed = ticket.toCharArray();
      changed[position] = changed[position] == 'A' ? 'B' : 'A';
      uma.redeem(new String(changed), Map.of()).refused(400, "invalid_grant");
    }
    uma.redeemPatiently(ticket, Map.of()).expect(200);
  }

  @Test
  void ticketWhenGarbageThenInvalidGrant() {
    for (String garbage :
        List.of(
            "x",
            "....",
            Names.random(200),
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
            "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.",
            Names.random(20_000))) {
      uma.redeem(garbage, Map.of()).refused(400, "invalid_grant");
    }
    uma.redeem("", Map.of()).refused(400, "invalid_request");
  }

  @Test
  void ticketWhenForAResourceWithoutGrantThenRequestDenied() {
    uma.redeem(
            uma.ticket(Map.of("resource", "it/another/measurements", "scope", "publish")), Map.of())
        .refused(403, "request_denied");
    uma.redeem(
            uma.ticket(Map.of("resource", Workflows.topic(device.id()), "scope", "subscribe")),
            Map.of())
        .refused(403, "request_denied");
    uma.redeem(uma.ticket(Map.of("resource", "no/such", "scope", "publish")), Map.of())
        .refused(403, "request_denied");
  }

  @Test
  void ticketWhenTheServerDoesNotKnowAFurtherScopeThenInvalidScopeAndTheTicketStaysGood() {
    String ticket = uma.ticket();
    for (String scope : List.of("fly", "publish fly", "publish  subscribe")) {
      uma.redeem(ticket, Map.of("scope", scope)).refused(400, "invalid_scope");
    }
    uma.redeemPatiently(ticket, Map.of("scope", "publish")).expect(200);
  }

  @Test
  void frontDoorWhenServerIsUnknownThenNotFound() {
    Reply reply = instance.http().get("/proxy/no-such-server");
    assertThat(reply.status()).as("%s", reply).isIn(400, 404);
    assertThat(reply.text("error")).isNotEmpty();
  }

  @Test
  void credentialsWhenBothKindsAreAskedForThenInvalidRequest() {
    Uma other = application().uma();
    String csr = Csr.of(other.username(), Csr.key("secp256r1"));
    other
        .redeem(other.ticket(), Map.of("csr", csr, "credential", "password"))
        .refused(400, "invalid_request");
    other.redeem(other.ticket(), Map.of("credential", "x509")).refused(400, "invalid_request");
  }

  @Test
  void passwordWhenAskedForThenWorksAndIsNewEachTime() {
    Application application = application();
    Uma other = application.uma();
    String first = password(other);
    try (MqttProbe broker = MqttProbe.byPassword(instance, application.username(), first)) {
      assertThat(broker.subscribe("it/+/measurements")).isLessThan(3);
      assertThat(broker.subscribe("#")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
      assertThat(broker.publish("it/x/measurements", "1")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
    }
    String second = password(other);
    assertThat(second).isNotEqualTo(first);
    try (MqttProbe broker = MqttProbe.byPassword(instance, application.username(), second)) {
      assertThat(broker.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> MqttProbe.byPassword(instance, application.username(), first).close())
        .isInstanceOf(MqttProbe.RefusedException.class);
  }

  @Test
  void passwordWhenTheDeviceHasASecureElementThenInvalidRequest() {
    uma.redeem(uma.ticket(), Map.of("credential", "password")).refused(400, "invalid_request");
  }

  private static String password(Uma other) {
    Reply reply =
        other.redeemPatiently(other.ticket(), Map.of("credential", "password")).expect(200);
    reply.notStored();
    assertThat(reply.json().path("credentials").path("type").asText()).isEqualTo("password");
    assertThat(reply.json().path("credentials").has("expires_in")).isTrue();
    String password = reply.json().path("credentials").path("password").asText();
    assertThat(password.length()).isGreaterThan(20);
    return password;
  }

  private Application application() {
    return instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
  }
}
