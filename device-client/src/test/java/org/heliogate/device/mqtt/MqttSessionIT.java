package org.heliogate.device.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.http.ClientTls;
import org.heliogate.device.http.Trust;
import org.heliogate.device.testing.Mosquitto;
import org.heliogate.device.testing.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The session with a real Mosquitto; {@code WamsIT} has keys in secure elements. */
class MqttSessionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ACL =
      """
      user se-1
      topic write wams/se-1/measurements
      user reader
      topic read wams/+/measurements
      """;

  private final TestAuthority authority = new TestAuthority();

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path directory;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Mosquitto broker;

  @BeforeEach
  void start() throws Exception {
    broker = new Mosquitto(directory);
    broker.start(authority, ACL);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void publishWhenAllowedThenTheSubscriberGetsIt() {
    Queue<String> arrived = new ConcurrentLinkedQueue<>();
    try (MqttSession reader = connect("reader");
        MqttSession device = connect("se-1")) {
      reader.subscribe(
          "wams/+/measurements",
          (topic, payload) -> arrived.add(topic + " " + new String(payload, UTF_8)));
      device.publish("wams/se-1/measurements", "1.02 pu".getBytes(UTF_8));

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(arrived).containsExactly("wams/se-1/measurements 1.02 pu"));
    }
  }

  @Test
  void publishWhenTopicIsAnothersThenIsRefusedAndTheSessionGoesOn() {
    try (MqttSession device = connect("se-1")) {
      assertThatThrownBy(() -> device.publish("wams/se-2/measurements", new byte[] {1}))
          .isInstanceOfSatisfying(
              BrokerRefusedException.class, e -> assertThat(e.reasonCode()).isEqualTo(135));
      device.publish("wams/se-1/measurements", new byte[] {1});
      assertThat(device.isConnected()).isTrue();
    }
  }

  @Test
  void publishWhenBrokerHasGoneThenIsUnreachableAndCloseSucceeds() {
    try (MqttSession device = connect("se-1")) {
      broker.close();
      await().atMost(PATIENCE).until(() -> !device.isConnected());

      assertThatThrownBy(() -> device.publish("wams/se-1/measurements", new byte[] {1}))
          .isInstanceOf(BrokerUnreachableException.class);
    }
  }

  @Test
  void connectWhenCertificateHasNoNameThenIsRefused() throws Exception {
    KeyPair keys = TestAuthority.newKeys();
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(new X500Principal("O=nobody"), keys.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded();
    ClientTls tls = tls(keys, authority.sign(request, Duration.ofHours(1)));

    assertThatThrownBy(() -> MqttSession.connect(URI.create(broker.uri()), tls, "nobody"))
        .isInstanceOfSatisfying(
            BrokerRefusedException.class, e -> assertThat(e.reasonCode()).isEqualTo(134));
  }

  @Test
  void connectWhenCertificateIsOfAnotherAuthorityThenSaysSo() {
    KeyPair keys = TestAuthority.newKeys();
    ClientTls tls = tls(keys, new TestAuthority().issue("se-1", keys.getPublic()));

    assertThatThrownBy(() -> MqttSession.connect(URI.create(broker.uri()), tls, "se-1"))
        .isInstanceOf(BrokerUnreachableException.class)
        .hasMessageContaining("fatal alert");
  }

  @Test
  void connectWhenBrokerIsOfAnotherAuthorityThenFails() {
    KeyPair keys = TestAuthority.newKeys();
    ClientTls own = tls(keys, authority.issue("se-1", keys.getPublic()));
    ClientTls tls = new ClientTls(Trust.of(new TestAuthority().pem(), "test"), own.key());

    assertThatThrownBy(() -> MqttSession.connect(URI.create(broker.uri()), tls, "se-1"))
        .isInstanceOf(BrokerUnreachableException.class)
        .hasMessageContaining("PKIX");
  }

  @Test
  void connectWhenCertificateIsForAnotherHostThenFails() throws Exception {
    try (ServerSocket server =
        authority
            .serverContext()
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      Thread handshake = new Thread(() -> shakeHands(server));
      handshake.start();

      assertThatThrownBy(
              () ->
                  MqttSession.connect(
                      URI.create("mqtts://127.0.0.2:" + server.getLocalPort()),
                      tls("se-1"),
                      "se-1"))
          .isInstanceOf(BrokerUnreachableException.class)
          .hasMessageContaining("127.0.0.2");
      handshake.join();
    }
  }

  @Test
  void connectWhenBrokerIsSilentThenEndsInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("mqtts://localhost:" + silent.getLocalPort());

      assertThatThrownBy(
              () -> MqttSession.connect(address, tls("se-1"), "se-1", Duration.ofMillis(300)))
          .isInstanceOf(BrokerUnreachableException.class);
    }
  }

  @Test
  void connectWhenNothingListensThenSaysSo() {
    broker.close();

    assertThatThrownBy(() -> connect("se-1"))
        .isInstanceOf(BrokerUnreachableException.class)
        .hasMessageContaining("Connection refused");
  }

  @Test
  void closeWhenConnectedThenItsThreadEndsAndNoOtherIsLeft() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    MqttSession device = connect("se-1");
    assertThat(threadsSince(before)).extracting(Thread::getName).contains("mqtt se-1");
    assertThat(threadsSince(before)).allMatch(Thread::isDaemon);
    device.publish("wams/se-1/measurements", new byte[] {1});
    device.close();

    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(threadsSince(before))
                    .allMatch(Thread::isDaemon)
                    .noneMatch(thread -> thread.getName().equals("mqtt se-1")));
  }

  private static Set<Thread> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .collect(Collectors.toSet());
  }

  private static void shakeHands(ServerSocket server) {
    try (SSLSocket client = (SSLSocket) server.accept()) {
      client.startHandshake();
      assertThat(client.getInputStream().read()).isNegative();
    } catch (IOException e) {
      assertThat(e).as("the client turns away").isNotNull();
    }
  }

  private MqttSession connect(String name) {
    return MqttSession.connect(URI.create(broker.uri()), tls(name), name);
  }

  private ClientTls tls(String name) {
    KeyPair keys = TestAuthority.newKeys();
    return tls(keys, authority.issue(name, keys.getPublic()));
  }

  private ClientTls tls(KeyPair keys, X509Certificate certificate) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", keys.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      List<KeyManager> managers = List.of(factory.getKeyManagers());
      return new ClientTls(Trust.of(authority.pem(), "test"), managers.get(0));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
