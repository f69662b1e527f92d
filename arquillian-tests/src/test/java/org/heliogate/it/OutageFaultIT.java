package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.Credentials;
import org.heliogate.device.Device;
import org.heliogate.device.mqtt.MqttSession;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.AlbumServer;
import org.heliogate.it.fixture.BrokerState;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.LibraryDevices;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.OwnInstance;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Outages of the parts, one after the other on one instance of its own, whose state is checked as a
 * whole after each.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageFaultIT {

  private static final Duration RECOVERY = Duration.ofMinutes(1);
  private static final OwnInstance OWN = new OwnInstance();
  private static Instance instance;

  @BeforeAll
  static void start() {
    instance = OWN.up();
  }

  @AfterAll
  static void stop() {
    OWN.close();
  }

  /**
   * Proves that rights which are granted while the broker is down are not lost: the devices are
   * told to wait, and everything is enforced soon after its return, asked for or not.
   */
  @Test
  @Order(1)
  void credentialsWhenTheBrokerIsDownThenPendingAndEnforcedOnItsReturn() {
    OWN.stop("mosquitto");
    Map<DeviceClient, Waiting> waiting =
        java.util.stream.IntStream.range(0, 5)
            .mapToObj(i -> TestDevice.loaded(instance).bootstrapped())
            .collect(Collectors.toMap(client -> client, OutageFaultIT::askInVain));
    Uma former =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic").uma();
    String csr = Csr.of(former.username(), Csr.key("secp256r1"));
    Reply submitted =
        redeemFormerly(former, former.ticket(), csr).refused(403, "request_submitted").notStored();
    assertThat(submitted.text("pending")).isEqualTo("enforcement");

    OWN.up();
    Awaitility.await("enforcement without anybody asking")
        .atMost(RECOVERY)
        .untilAsserted(
            () ->
                assertThat(BrokerState.of(instance).usernames())
                    .containsAll(waiting.values().stream().map(Waiting::username).toList()));
    waiting.forEach(
        (client, pending) -> {
          Reply reply =
              pending.uma().redeemPatiently(pending.ticket(), Map.of("csr", pending.csr()));
          reply.expect(200);
          assertThat(issued(client)).hasSize(1);
          Issued again = pending.uma().certificate(pending.key());
          try (MqttProbe broker = again.connect()) {
            assertThat(broker.publish(Workflows.topic(client.device().id()), "1")).isIn(0, 16);
          }
        });
    Reply answered =
        Awaitility.await("the answer of UMA 1.0.1's endpoint")
            .atMost(RECOVERY)
            .until(
                new Callable<Reply>() {
                  private String ticket = submitted.text("ticket");

                  @Override
                  public Reply call() {
                    Reply reply = redeemFormerly(former, ticket, csr);
                    if (reply.status() == 403) {
                      ticket = reply.refused(403, "request_submitted").text("ticket");
                    }
                    return reply;
                  }
                },
                reply -> reply.status() != 403);
    answered.expect(200).notStored();
    KnownSecrets.add("RPT", answered.text("rpt"));
    assertThat(answered.json().path("credentials").path("certificate").asText())
        .contains("BEGIN CERTIFICATE");
    checkConsistency();
  }

  /** Redeems a ticket at UMA 1.0.1's endpoint. */
  private static Reply redeemFormerly(Uma uma, String ticket, String csr) {
    byte[] body = "{\"ticket\":\"%s\",\"csr\":\"%s\"}".formatted(ticket, csr).getBytes(UTF_8);
    return instance
        .http()
        .post(
            "/uma/rpt",
            "application/json",
            body,
            "Authorization",
            uma.party().authorization("POST", "/uma/rpt", body));
  }

  private record Waiting(Uma uma, KeyPair key, String username, String csr, String ticket) {}

  private static Waiting askInVain(DeviceClient client) {
    Uma uma = client.uma();
    KeyPair key = Csr.key("secp256r1");
    String username = uma.username();
    String csr = Csr.of(username, key);
    Reply reply =
        uma.redeem(uma.ticket(), Map.of("csr", csr)).refused(403, "request_submitted").notStored();
    assertThat(reply.text("pending")).isEqualTo("enforcement");
    assertThat(reply.text("ticket")).isNotEmpty();
    assertThat(reply.json().path("interval").isNumber()).isTrue();
    assertThat(reply.json().has("credentials")).isFalse();
    return new Waiting(uma, key, username, csr, reply.text("ticket"));
  }

  /**
   * Proves that the CRL updater outlives an outage of the server that it asks, goes on by itself,
   * and that a certificate revoked afterwards is kept out by the broker.
   */
  @Test
  @Order(2)
  void crlUpdaterWhenTheServerWasDownThenGoesOn() {
    Issued issued = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    long updater = instance.pid("heliogate-crl");
    OWN.stop("server");
    Awaitility.await("a failed attempt of the updater")
        .atMost(RECOVERY)
        .until(() -> instance.read("logs/heliogate-crl.log").lines().count() > 0);
    assertThat(ProcessHandle.of(updater)).isPresent();
    assertThat(instance.read("pki/crl.pem")).contains("BEGIN X509 CRL");
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.isConnected()).as("the broker needs no server").isTrue();
    }
    OWN.up();
    assertThat(instance.pid("heliogate-crl")).isEqualTo(updater);
    assertThat(ProcessHandle.of(updater)).isPresent();
    BigInteger serial = issued.certificate().getSerialNumber();
    instance
        .admin()
        .post("certificates/" + serial.toString(16) + "/revoke", "{\"reason\":\"superseded\"}")
        .expect(200);
    Awaitility.await("the broker's CRL file")
        .atMost(RECOVERY)
        .until(() -> crlFile().stream().anyMatch(c -> c.getRevokedCertificate(serial) != null));
    Awaitility.await("the refusal by the broker")
        .atMost(RECOVERY)
        .until(
            () -> {
              try (MqttProbe broker = issued.connect()) {
                return false;
              } catch (MqttProbe.RefusedException e) {
                return true;
              }
            });
    checkConsistency();
  }

  /**
   * Proves that a crash of the server in the middle of the first contact of 20 devices loses and
   * doubles nothing: every device ends up published, with one client, one certificate and one
   * principal.
   */
  @Test
  @Order(3)
  void devicesWhenTheServerIsKilledAmidTheirBootstrapThenAllEndUpPublished() throws Exception {
    try (LibraryDevices fleet = new LibraryDevices(instance, "fleet")) {
      List<Device> devices = fleet.personalised(Workflows.COMMON, 20);
      CountDownLatch some = new CountDownLatch(5);
      ExecutorService threads = Executors.newFixedThreadPool(devices.size());
      List<Future<String>> published = new ArrayList<>();
      for (Device device : devices) {
        published.add(threads.submit(() -> firstContact(device, some)));
      }
      assertThat(some.await(2, TimeUnit.MINUTES)).isTrue();
      OWN.kill("server");
      assertThat(published).as("the crash came in the middle").anyMatch(one -> !one.isDone());
      OWN.up();
      List<String> usernames = new ArrayList<>();
      for (Future<String> one : published) {
        usernames.add(one.get(5, TimeUnit.MINUTES));
      }
      threads.shutdown();

      for (Device device : devices) {
        List<JsonNode> clients = instance.admin().clientsOf(device.id());
        assertThat(clients).as(device.id()).hasSize(1);
        String clientId = clients.get(0).path("client_id").asText();
        assertThat(statuses(clientId).stream().filter("issued"::equals)).hasSize(1);
        assertThat(statuses(clientId)).doesNotContain("intent");
      }
      Awaitility.await("the rest of the enforcement")
          .atMost(RECOVERY)
          .until(
              () ->
                  instance.admin().get("resource-servers/mqtt").json().path("pending").asLong(-1)
                      == 0);
      BrokerState state = BrokerState.of(instance);
      assertThat(state.usernames()).containsAll(usernames);
      for (Device device : devices) {
        assertThat(state.publishTopics().stream().filter(Workflows.topic(device.id())::equals))
            .as(device.id())
            .hasSize(1);
      }
    }
    checkConsistency();
  }

  /**
   * Proves that a crash of the server right after tokens and keys were revoked forgets none of it,
   * and that what is good stays good.
   */
  @Test
  @Order(4)
  void revocationsWhenTheServerIsKilledThenNoneIsForgotten() {
    AlbumServer server = AlbumServer.on(instance);
    instance.admin().post("signing-keys/rotate?emergency=true", null).expect(200);
    String good = server.newPat();
    String revoked = server.newPat();
    instance
        .http()
        .form(
            "/oauth/revoke",
            Map.of("token", revoked),
            "Authorization",
            Admin.basic(server.client().clientId(), server.client().secret()))
        .expect(200);
    String keys = instance.http().get("/oauth/jwks").expect(200).body();
    OWN.kill("server");
    OWN.up();
    assertThat(instance.http().get("/oauth/jwks").expect(200).body()).isEqualTo(keys);
    assertThat(server.active(good)).isTrue();
    assertThat(server.active(revoked)).as("a token that was revoked").isFalse();
    assertThat(server.active(server.pat())).as("a token by a revoked key").isFalse();
    checkConsistency();
  }

  private static String firstContact(Device device, CountDownLatch bootstrapped) {
    device.initialBootstrap();
    bootstrapped.countDown();
    AuthorizedClient client = device.client("publisher");
    client.securityBootstrap();
    Credentials credentials = client.getCredentials("mqtt");
    try (MqttSession broker =
        MqttSession.connect(credentials.uri(), client.tls(credentials), device.id())) {
      broker.publish(Workflows.topic(device.id()), new byte[] {1});
    }
    return credentials.username();
  }

  /** Nothing is there twice, and nothing without its counterpart. */
  private static void checkConsistency() {
    List<JsonNode> clients = instance.admin().list("clients");
    List<String> usernames = clients.stream().map(c -> c.path("username").asText()).toList();
    assertThat(usernames).doesNotHaveDuplicates();
    assertThat(
            clients.stream()
                .filter(c -> c.has("device"))
                .map(
                    c ->
                        c.path("device").asText()
                            + " "
                            + c.path("workflow").asText()
                            + " "
                            + c.path("name").asText()))
        .doesNotHaveDuplicates();
    assertThat(instance.admin().list("roles").stream().map(r -> r.path("name").asText()))
        .doesNotHaveDuplicates();
    BrokerState state = BrokerState.of(instance);
    state.consistent();
    assertThat(state.usernames())
        .as("principals at the broker without a client")
        .allMatch(name -> name.equals("heliogate-proxy") || usernames.contains(name));
  }

  private static List<JsonNode> issued(DeviceClient client) {
    return instance.admin().list("certificates?status=issued&client_id=" + client.clientId());
  }

  private static List<String> statuses(String clientId) {
    return instance.admin().list("certificates?client_id=" + clientId).stream()
        .map(certificate -> certificate.path("status").asText())
        .toList();
  }

  private static List<X509CRL> crlFile() throws Exception {
    byte[] pem = Files.readAllBytes(instance.home().resolve("pki/crl.pem"));
    return CertificateFactory.getInstance("X.509")
        .generateCRLs(new ByteArrayInputStream(pem))
        .stream()
        .map(X509CRL.class::cast)
        .toList();
  }
}
