package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.BootstrapResult;
import org.heliogate.device.Credentials;
import org.heliogate.device.Device;
import org.heliogate.device.Permission;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.mqtt.MqttSession;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.LibraryDevices;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Party;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** The backbone (D3.4.2 §3.2, §3.3, §4): from a device's first request to its measurement. */
class FirstContactIT {

  private final Instance instance = Instance.current();

  @Test
  void deviceWhenNeverSeenBeforeThenItsMeasurementArrives() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    try (MqttProbe subscriber = application.uma().certificate().connect();
        LibraryDevices devices = new LibraryDevices(instance, "first-contact")) {
      assertThat(subscriber.subscribe("it/+/measurements")).isLessThan(3);
      Device device = devices.personalised(Workflows.COMMON);
      BootstrapResult result = device.initialBootstrap();
      assertThat(result.parameters())
          .containsEntry("mqtt.topic", Workflows.topic(device.id()))
          .containsEntry("mqtt.broker", instance.mqttX509().toString());

      AuthorizedClient client = device.client("publisher");
      client.securityBootstrap();
      Credentials credentials = client.getCredentials("mqtt");
      try (MqttSession broker =
          MqttSession.connect(credentials.uri(), client.tls(credentials), "it-" + device.id())) {
        broker.publish(Workflows.topic(device.id()), bytes("1.02 pu"));
        assertThatThrownBy(() -> broker.publish(Workflows.topic("SE-other"), bytes("x")))
            .isInstanceOfSatisfying(
                BrokerRefusedException.class,
                e -> assertThat(e.reasonCode()).isEqualTo(MqttProbe.NOT_AUTHORIZED));
      }
      Awaitility.await("the measurement")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(subscriber.arrivedOn(Workflows.topic(device.id())))
                      .isEqualTo("1.02 pu"));
      assertThat(client.getPermission("mqtt", Workflows.topic(device.id()), "publish"))
          .isInstanceOf(Permission.Granted.class);
      assertThat(client.getPermission("mqtt", Workflows.topic("SE-other"), "publish"))
          .isInstanceOf(Permission.Denied.class);
    }
  }

  @Test
  void bootstrapWhenAssertionIsGoodThenAnswersToTheLetter() {
    TestDevice device = TestDevice.loaded(instance);
    Reply reply = device.bootstrap().expect(200).notStored();
    assertThat(fields(reply))
        .containsExactlyInAnyOrder(
            "device_id", "pin", "clients", "parameters", "resource_servers", "ca_certificates");
    assertThat(reply.text("device_id")).isEqualTo(device.id());
    assertThat(reply.text("pin")).isEqualTo(device.pin());
    assertThat(reply.json().path("clients")).hasSize(1);
    assertThat(reply.json().path("clients").path(0).path("workflow").asText())
        .isEqualTo(Workflows.COMMON);
    assertThat(reply.json().path("clients").path(0).path("name").asText()).isEqualTo("publisher");
    assertThat(reply.json().path("clients").path(0).path("role").asText())
        .isEqualTo("it-publisher");
    assertThat(reply.json().path("clients").path(0).path("token_endpoint_auth_methods").toString())
        .isEqualTo("[\"client_otp\"]");
    assertThat(reply.json().path("clients").path(0).has("client_secret")).isFalse();
    assertThat(reply.json().path("resource_servers").toString())
        .isEqualTo(
            "[{\"id\":\"mqtt\",\"type\":\"mqtt\",\"proxy_uri\":\"%s/proxy/mqtt\"}]"
                .formatted(instance.issuer()));
    assertThat(reply.text("ca_certificates")).startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void frontDoorWhenKnockedAtThenSaysWhereToGo() {
    Uma nobody = new Uma(instance, Party.NOBODY);
    Reply reply = nobody.knock(Map.of()).expect(401).notStored();
    String ticket = KnownSecrets.add("ticket", reply.text("ticket"));
    assertThat(reply.header("WWW-Authenticate"))
        .startsWith("UMA realm=\"")
        .contains("as_uri=\"" + instance.issuer() + "\"", "ticket=\"" + ticket + "\"");
    assertThat(reply.json().path("resource_server").toString())
        .isEqualTo("{\"id\":\"mqtt\",\"type\":\"mqtt\"}");
    List<String> profiles = new ArrayList<>();
    reply
        .json()
        .path("security_profiles")
        .forEach(
            profile ->
                profiles.add(
                    profile.path("type").asText()
                        + " "
                        + profile.path("uri").asText()
                        + " "
                        + profile.path("key_algorithms")));
    assertThat(profiles)
        .containsExactlyInAnyOrder(
            "x509 " + instance.mqttX509() + " [\"EC-P256\",\"RSA-2048\"]",
            "password " + instance.mqttPassword() + " ");
    Reply unknown =
        nobody.knock(Map.of("resource", "no/such/resource", "scope", "publish")).expect(401);
    assertThat(fields(unknown)).isEqualTo(fields(reply));
  }

  @Test
  void csrEndpointWhenAskedByAatOtpThenAnswersNameAndPin() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Reply terms = client.uma().terms().expect(200).notStored();
    assertThat(terms.text("username")).matches("hg-[a-z2-7]{26}");
    assertThat(terms.text("subject")).isEqualTo("CN=" + terms.text("username"));
    assertThat(terms.text("pin")).isEqualTo(device.pin());
  }

  @Test
  void csrEndpointWhenAskedByAnApplicationThenAnswersNoPin() {
    Reply terms =
        instance
            .admin()
            .createApplication(Workflows.SUBSCRIBER, "client_secret_basic")
            .uma()
            .terms()
            .expect(200);
    assertThat(fields(terms)).containsExactlyInAnyOrder("username", "subject");
  }

  @Test
  void rptWhenIssuedThenAStockVerifierAcceptsIt() throws Exception {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    Uma uma = client.uma();
    Reply reply =
        uma.redeemPatiently(
                uma.ticket(Map.of("resource", Workflows.topic(device.id()), "scope", "publish")),
                Map.of())
            .expect(200)
            .notStored();
    assertThat(reply.json().has("credentials")).as("nobody asked for credentials").isFalse();
    assertThat(reply.text("token_type")).isEqualToIgnoringCase("Bearer");
    assertThat(reply.json().path("expires_in").asInt()).isEqualTo(300);

    String metadata = "/.well-known/oauth-authorization-server";
    URI keys = URI.create(instance.http().get(metadata).expect(200).text("jwks_uri"));
    JWKSet published = JWKSet.parse(instance.http().get(keys.toString()).expect(200).body());
    SignedJWT rpt = SignedJWT.parse(reply.text("access_token"));
    assertThat(rpt.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
    assertThat(rpt.getHeader().getType().getType()).isEqualTo("at+jwt");
    JWK key = published.getKeyByKeyId(rpt.getHeader().getKeyID());
    assertThat(key.isPrivate()).isFalse();
    assertThat(rpt.verify(new ECDSAVerifier(key.toECKey()))).isTrue();

    JWTClaimsSet claims = rpt.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(instance.issuer());
    assertThat(claims.getSubject()).isEqualTo(client.clientId());
    assertThat(claims.getStringClaim("client_id")).isEqualTo(client.clientId());
    assertThat(claims.getAudience()).hasSize(1);
    assertThat(claims.getJWTID()).isNotEmpty();
    assertThat(claims.getIssueTime().toInstant())
        .isBefore(Clock.systemUTC().instant().plusSeconds(60));
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(300));
    List<Object> permissions = claims.getListClaim("permissions");
    assertThat(permissions).hasSize(1);
    assertThat(permissions.get(0))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("resource_name", Workflows.topic(device.id()))
        .containsEntry("resource_scopes", List.of("publish"))
        .containsKey("resource_id");
  }

  @Test
  void sessionWhenClientIsLetInThenEachRightIsEnforced() {
    TestDevice device = TestDevice.loaded(instance);
    Issued issued = device.bootstrapped().uma().certificate();
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.publish(Workflows.topic(device.id()), "1")).isIn(0, 16);
      assertThat(broker.publish("it/other/measurements", "1")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
      assertThat(broker.publish("$CONTROL/dynamic-security/v1", "{}"))
          .isEqualTo(MqttProbe.NOT_AUTHORIZED);
      assertThat(broker.subscribe(Workflows.topic(device.id())))
          .isEqualTo(MqttProbe.NOT_AUTHORIZED);
      assertThat(broker.subscribe("#")).isEqualTo(MqttProbe.NOT_AUTHORIZED);
    }
  }

  @Test
  void metadataWhenReadThenNamesTheEndpoints() {
    Reply reply = instance.http().get("/.well-known/oauth-authorization-server").expect(200);
    assertThat(reply.text("issuer")).isEqualTo(instance.issuer());
    assertThat(reply.text("token_endpoint")).isEqualTo(instance.issuer() + "/oauth/token");
    assertThat(reply.text("bootstrap_endpoint")).isEqualTo(instance.issuer() + "/bootstrap");
    assertThat(reply.text("csr_endpoint")).isEqualTo(instance.issuer() + "/csr");
    assertThat(reply.json().path("response_types_supported").isArray()).isTrue();
    assertThat(reply.json().path("token_endpoint_auth_methods_supported").toString())
        .contains("client_secret_basic", "client_secret_post", "client_otp");
    assertThat(reply.header("Cache-Control")).contains("max-age");
    Reply authorities = instance.http().get(reply.text("ca_certificates_endpoint")).expect(200);
    assertThat(authorities.body()).startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void umaMetadataWhenReadThenNamesTheEndpoints() {
    Reply reply = instance.http().get("/.well-known/uma2-configuration").expect(200);
    assertThat(reply.text("issuer")).isEqualTo(instance.issuer());
    assertThat(reply.text("token_endpoint")).isEqualTo(instance.issuer() + "/oauth/token");
    assertThat(reply.text("jwks_uri")).startsWith(instance.issuer());
    assertThat(reply.json().path("grant_types_supported").toString()).contains(Uma.GRANT_TYPE);
  }

  private static List<String> fields(Reply reply) {
    List<String> names = new ArrayList<>();
    reply.json().fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
