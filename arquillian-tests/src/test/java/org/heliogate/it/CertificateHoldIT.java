package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Refusal;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Certificates on hold and released, as their holder, the broker and readers of the CRL see it. */
class CertificateHoldIT {

  private static final byte[] QUESTION = "{\"resource_server\":\"mqtt\"}".getBytes(UTF_8);
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Instance instance = Instance.current();

  @Test
  void certificateWhenHeldThenRefusedEverywhereAndWhenReleasedThenGoodAgain() throws Exception {
    Application application = certified();
    Uma uma = application.uma();
    Issued issued = uma.certificate();
    Http own =
        new Http(
            instance.issuer(), instance.sslContext(issued.key().getPrivate(), issued.fullChain()));
    String bound = token(own, application).expect(200).text("access_token");
    KnownSecrets.add("AAT", bound);
    Reply before = read(issued);
    try (MqttProbe broker = issued.connect()) {
      Reply held =
          instance
              .admin()
              .post(path(issued) + "/hold", null, "If-Match", before.header("ETag"))
              .expect(200);
      assertThat(held.text("status")).isEqualTo("held");
      assertThat(held.text("held_by")).isEqualTo("operator");
      assertThat(held.text("reason")).isEqualTo("certificate_hold");
      assertThat(held.header("ETag")).isNotEqualTo(before.header("ETag"));
      Refusal.within(
          Duration.ofSeconds(1),
          () -> own.post("/csr", "application/json", QUESTION, "Authorization", "Bearer " + bound));
      token(own, application).refused(401, "invalid_client");
      Awaitility.await("the end of the session").atMost(SOON).until(() -> !broker.isConnected());
    }
    Awaitility.await("the CRL").atMost(SOON).until(() -> listed(issued).isPresent());
    assertThat(listed(issued).orElseThrow().getRevocationReason())
        .isEqualTo(CRLReason.CERTIFICATE_HOLD);
    uma.redeem(uma.ticket(), Map.of("csr", Csr.of(issued.username(), issued.key())))
        .refused(403, "request_denied");
    Awaitility.await("the refusal by the broker").atMost(SOON).until(() -> !connects(issued));

    String tag = read(issued).header("ETag");
    Reply again = instance.admin().post(path(issued) + "/hold", null).expect(200);
    assertThat(again.header("ETag")).isEqualTo(tag);
    instance
        .admin()
        .post(path(issued) + "/release", null, "If-Match", before.header("ETag"))
        .problem(412);
    Reply released =
        instance.admin().post(path(issued) + "/release", null, "If-Match", tag).expect(200);
    assertThat(released.text("status")).isEqualTo("issued");
    assertThat(released.json().has("revoked_at")).isFalse();
    assertThat(released.header("ETag")).isNotEqualTo(before.header("ETag"));
    own.post("/csr", "application/json", QUESTION, "Authorization", "Bearer " + bound).expect(200);
    token(own, application).expect(200);
    Awaitility.await("the CRL").atMost(SOON).until(() -> listed(issued).isEmpty());
    Awaitility.await("the broker, without being asked").atMost(SOON).until(() -> connects(issued));
    assertThat(actions(issued))
        .containsSubsequence("certificate.release", "certificate.hold", "certificate.issue");
  }

  @Test
  void certificateWhenHeldAndThenRevokedThenRevokedSinceTheHold() throws Exception {
    Issued issued = certified().uma().certificate();
    Instant heldAt =
        Instant.parse(
            instance.admin().post(path(issued) + "/hold", null).expect(200).text("revoked_at"));
    Awaitility.await("the CRL").atMost(SOON).until(() -> listed(issued).isPresent());
    Reply revoked =
        instance
            .admin()
            .post(path(issued) + "/revoke", "{\"reason\":\"key_compromise\"}")
            .expect(200);
    assertThat(Instant.parse(revoked.text("revoked_at"))).isEqualTo(heldAt);
    Awaitility.await("the reason on the CRL")
        .atMost(SOON)
        .until(
            () ->
                listed(issued)
                    .filter(entry -> entry.getRevocationReason() == CRLReason.KEY_COMPROMISE)
                    .isPresent());
    assertThat(listed(issued).orElseThrow().getRevocationDate().toInstant().getEpochSecond())
        .isEqualTo(heldAt.getEpochSecond());
    for (String action : List.of("hold", "release")) {
      instance.admin().post(path(issued) + '/' + action, null).problem(409);
    }
  }

  @Test
  void deviceWhenSuspendedAndResumedThenOnlyItsHoldsAreReleased() throws Exception {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Issued issued = client.uma().certificate();
    Issued operators = client.uma().certificate();
    instance.admin().post(path(operators) + "/hold", null).expect(200);
    instance.admin().act(device.id(), "suspend");
    assertThat(read(issued).text("held_by")).isEqualTo("suspension");
    assertThat(read(operators).text("held_by")).isEqualTo("operator");
    instance.admin().post(path(operators) + "/release", null).problem(409);
    Awaitility.await("the CRL").atMost(SOON).until(() -> listed(issued).isPresent());
    Awaitility.await("the refusal by the broker").atMost(SOON).until(() -> !connects(issued));

    instance.admin().act(device.id(), "resume");
    assertThat(read(issued).text("status")).isEqualTo("issued");
    assertThat(read(operators).text("status")).isEqualTo("held");
    Awaitility.await("the CRL").atMost(SOON).until(() -> listed(issued).isEmpty());
    Awaitility.await("the return of the right").atMost(SOON).until(() -> connects(issued));
    assertThat(connects(operators)).isFalse();

    instance.admin().act(device.id(), "revoke");
    for (Issued ended : List.of(issued, operators)) {
      assertThat(read(ended).text("status")).isEqualTo("revoked");
      assertThat(read(ended).text("reason")).isEqualTo("key_compromise");
    }
  }

  @Test
  void holdWhenItIsACasOrUnknownThenRefused() {
    String authority = instance.authorities().get(0).getSerialNumber().toString(16);
    instance.admin().post("certificates/" + authority + "/hold", null).problem(409);
    instance.admin().post("certificates/abcdef/hold", null).problem(404);
  }

  private Application certified() {
    Reply made =
        instance
            .admin()
            .post(
                "clients",
                """
                {"name":"%s","roles":["%s"],"authentication":["client_secret_basic","tls_client_auth"]}"""
                    .formatted(Names.unique("app"), Workflows.SUBSCRIBER))
            .expect(201);
    return new Application(
        instance,
        made.text("client_id"),
        made.text("username"),
        KnownSecrets.add("application's secret", made.text("client_secret")));
  }

  private static Reply token(Http connection, Application application) {
    return connection.form(
        "/oauth/token",
        Map.of("grant_type", "client_credentials", "client_id", application.clientId()));
  }

  private static boolean connects(Issued issued) {
    try (MqttProbe broker = issued.connect()) {
      return broker.subscribe("it/none") >= 0;
    } catch (MqttProbe.RefusedException e) {
      return false;
    }
  }

  private Optional<X509CRLEntry> listed(Issued issued) throws Exception {
    byte[] der = instance.http().get("/pki/crl").expect(200).bytes();
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    return Optional.ofNullable(crl.getRevokedCertificate(issued.certificate().getSerialNumber()));
  }

  private List<String> actions(Issued issued) {
    return instance.admin().auditOf(serial(issued)).stream()
        .map(event -> event.path("action").asText())
        .toList();
  }

  private Reply read(Issued issued) {
    return instance.admin().get(path(issued)).expect(200);
  }

  private static String path(Issued issued) {
    return "certificates/" + serial(issued);
  }

  private static String serial(Issued issued) {
    return issued.certificate().getSerialNumber().toString(16);
  }
}
