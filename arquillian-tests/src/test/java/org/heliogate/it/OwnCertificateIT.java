package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Party;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holders that withdraw certificates of their own. */
class OwnCertificateIT {

  private static final String PATH = "/csr/revoke";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Instance instance = Instance.current();

  @Test
  void revokeWhenADeviceShowsItsAatThenRevokedAndOutOfTheBroker() {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    Uma uma = client.uma();
    Issued issued = uma.certificate();
    try (MqttProbe broker = issued.connect()) {
      Reply revoked = revoke(uma.party(), serial(issued), "key_compromise").expect(200).notStored();
      assertThat(revoked.text("serial")).isEqualTo(serial(issued));
      assertThat(revoked.text("reason")).isEqualTo("key_compromise");
      Awaitility.await("the end of the session").atMost(SOON).until(() -> !broker.isConnected());
    }
    Reply again = revoke(uma.party(), serial(issued), "superseded").expect(200);
    assertThat(again.text("reason")).isEqualTo("key_compromise");
    assertThat(status(issued)).isEqualTo("revoked");
    assertThat(instance.admin().auditOf(serial(issued)))
        .anySatisfy(
            event -> {
              assertThat(event.path("action").asText()).isEqualTo("certificate.revoke");
              assertThat(event.path("actor").asText()).isEqualTo(client.clientId());
            });
    assertThat(uma.certificate().certificate()).isNotEqualTo(issued.certificate());
  }

  @Test
  void revokeWhenOnlyTheCertificateIsShownThenItselfAndOnlyOnce() {
    Issued issued = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    Issued other = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    Http own =
        new Http(
            instance.issuer(), instance.sslContext(issued.key().getPrivate(), issued.fullChain()));
    own.post(PATH, Admin.JSON, body(serial(other), null)).refused(400, "invalid_request");
    Reply revoked = own.post(PATH, Admin.JSON, "{}".getBytes(UTF_8)).expect(200);
    assertThat(revoked.text("serial")).isEqualTo(serial(issued));
    assertThat(revoked.text("reason")).isEqualTo("unspecified");
    own.post(PATH, Admin.JSON, "{}".getBytes(UTF_8)).refused(401, "invalid_token");
    assertThat(status(other)).isEqualTo("issued");
  }

  @Test
  void revokeWhenItIsAnothersThenRefusedLikeAnUnknownOne() {
    Party caller = TestDevice.loaded(instance).bootstrapped().uma().party();
    Issued other = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    String foreign = revoke(caller, serial(other), null).refused(400, "invalid_request").body();
    assertThat(revoke(caller, "abcdef", null).refused(400, "invalid_request").body())
        .isEqualTo(foreign);
    assertThat(status(other)).isEqualTo("issued");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "certificate_hold",
        "privilege_withdrawn",
        "affiliation_changed",
        "KEY_COMPROMISE"
      })
  void revokeWhenTheReasonIsNotTheHoldersThenRefused(String reason) {
    Uma uma = TestDevice.loaded(instance).bootstrapped().uma();
    Issued issued = uma.certificate();
    revoke(uma.party(), serial(issued), reason).refused(400, "invalid_request");
    assertThat(status(issued)).isEqualTo("issued");
  }

  @Test
  void revokeWhenNothingIsProvenThenRefused() {
    byte[] body = body("abcdef", null);
    Reply refused = instance.http().post(PATH, Admin.JSON, body).refused(401, "invalid_token");
    assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    instance
        .http()
        .post(PATH, Admin.JSON, body, "Authorization", "Bearer " + instance.admin().token())
        .refused(403, "insufficient_scope");
    String aat =
        instance
            .admin()
            .createApplication(Workflows.SUBSCRIBER, "client_secret_basic")
            .token("uma_authorization")
            .expect(200)
            .text("access_token");
    for (String malformed : new String[] {"", "{}", "{\"serial\":\"x\"}", "{\"key\":1}", "[]"}) {
      instance
          .http()
          .post(PATH, Admin.JSON, malformed.getBytes(UTF_8), "Authorization", "Bearer " + aat)
          .refused(400, "invalid_request");
    }
  }

  private Reply revoke(Party caller, String serial, String reason) {
    byte[] body = body(serial, reason);
    return instance
        .http()
        .post(PATH, Admin.JSON, body, "Authorization", caller.authorization("POST", PATH, body));
  }

  private static byte[] body(String serial, String reason) {
    return (reason == null
            ? "{\"serial\":\"%s\"}".formatted(serial)
            : "{\"serial\":\"%s\",\"reason\":\"%s\"}".formatted(serial, reason))
        .getBytes(UTF_8);
  }

  private String status(Issued issued) {
    return instance.admin().get("certificates/" + serial(issued)).expect(200).text("status");
  }

  private static String serial(Issued issued) {
    return issued.certificate().getSerialNumber().toString(16);
  }
}
