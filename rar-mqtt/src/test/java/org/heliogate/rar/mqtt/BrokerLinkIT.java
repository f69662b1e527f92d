package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.spi.Credential;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyConnectionFactory;
import org.heliogate.spi.ResourceProxyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are refused, hang, break or end: bounded waits, no threads left, told once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerLinkIT {

  private static final Duration BOUND = Duration.ofSeconds(6);

  private BrokerFixture fixture;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    fixture = new BrokerFixture(directory);
    fixture.broker.start();
  }

  @AfterAll
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void putPrincipalsWhenBrokerHangsThenRetryableInTimeAndPoolIsTold() throws Exception {
    int errorsBefore = fixture.pool.errors();
    try (ResourceProxyConnection held = fixture.connectionFactory().getConnection()) {
      fixture.broker.freeze();
      try {
        assertThat(failure(() -> held.putPrincipals(List.of(state()))).retryable()).isTrue();
        assertThat(fixture.pool.errors()).isEqualTo(errorsBefore + 1);
        ResourceProxyConnectionFactory factory = fixture.connectionFactory();
        assertThat(failure(factory::getConnection).retryable()).isTrue();
      } finally {
        fixture.broker.thaw();
      }
    }
    try (ResourceProxyConnection connection = fixture.connectionFactory().getConnection()) {
      assertThat(connection.putPrincipals(List.of(state())).get(0).status())
          .isEqualTo(Status.ENFORCED);
    }
  }

  @Test
  void idleConnectionWhenBrokerStopsThenPoolDropsItAtOnce() throws Exception {
    SmallPool pool = pool(fixture.factory);
    connectionFactory(fixture.factory, pool).getConnection().close();
    assertThat(pool.size()).isEqualTo(1);

    fixture.broker.stop();
    fixture.broker.start();

    await().until(() -> pool.size() == 0);
    assertThat(pool.errors()).isEqualTo(1);
    await().until(() -> pahoThreads() == 0 || fixture.pool.size() > 0);
  }

  @Test
  void openWhenPeerNeverAnswersThenFailsInTimeAndLeavesNoThread() throws Exception {
    fixture.pool.flush();
    await().until(() -> pahoThreads() == 0);
    try (ServerSocket silent =
        new ServerSocket(MosquittoProcess.freePort(), 50, InetAddress.getLoopbackAddress())) {
      MqttManagedConnectionFactory factory = fixture.newFactory();
      factory.setServerUri("ssl://localhost:" + silent.getLocalPort());
      factory.setRequestTimeoutMillis(700);
      for (int i = 0; i < 3; i++) {
        assertThat(failure(connectionFactory(factory, pool(factory))::getConnection).retryable())
            .isTrue();
      }
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> pahoThreads() == 0);
  }

  @Test
  void stopWhenConnectionsAreOpenThenNoThreadIsLeft() throws Exception {
    fixture.pool.flush();
    MqttResourceAdapter adapter = new MqttResourceAdapter();
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setResourceAdapter(adapter);
    SmallPool pool = pool(factory);
    ResourceProxyConnection first = connectionFactory(factory, pool).getConnection();
    ResourceProxyConnection second = connectionFactory(factory, pool).getConnection();
    assertThat(pool.size()).isEqualTo(2);

    adapter.stop();

    await().atMost(Duration.ofSeconds(5)).until(() -> pahoThreads() == 0);
    assertThat(failure(() -> first.putPrincipals(List.of(state()))).retryable()).isTrue();
    first.close();
    second.close();
  }

  @Test
  void openWhenHostNameIsNotInCertificateThenRefusedForGood() throws Exception {
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setServerUri("ssl://127.0.0.1:" + fixture.broker.x509Port());
    assertThat(failure(connectionFactory(factory, pool(factory))::getConnection).retryable())
        .isFalse();
  }

  @Test
  void openWhenUserIsNotTheCertificatesThenRefusedForGood() throws Exception {
    SmallPool pool =
        new SmallPool(SmallPool.signOn(fixture.factory, "somebody-else", TestPki.PASSWORD));
    ResourceProxyException failure =
        failure(connectionFactory(fixture.factory, pool)::getConnection);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.getMessage()).contains("heliogate-proxy");
  }

  @Test
  void openWhenPasswordIsWrongThenRefusedForGoodAndNotShown() throws Exception {
    SmallPool pool =
        new SmallPool(SmallPool.signOn(fixture.factory, BrokerFixture.PROXY, "wr0ng-pa55"));
    ResourceProxyException failure =
        failure(connectionFactory(fixture.factory, pool)::getConnection);
    assertThat(failure.retryable()).isFalse();
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain("wr0ng-pa55");
  }

  @Test
  void openWhenUserMayNotAdministerThenRefusedForGood() throws Exception {
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setKeyStore(fixture.pki.clientStore("nobody").toString());
    SmallPool pool = new SmallPool(SmallPool.signOn(factory, "nobody", TestPki.PASSWORD));
    assertThat(failure(connectionFactory(factory, pool)::getConnection).retryable()).isFalse();
  }

  @Test
  void openWhenNoKeyStoreThenUserAndPasswordGoIntoConnect() throws Exception {
    ObjectNode client =
        JsonNodeFactory.instance
            .objectNode()
            .put("command", "createClient")
            .put("username", "by-password")
            .put("password", "broker-password");
    client.putArray("roles").addObject().put("rolename", BrokerFixture.PROXY);
    fixture.command(client);
    Path trustPassword = fixture.pki.file("trust.password");
    Files.writeString(trustPassword, TestPki.PASSWORD + "\n");
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setServerUri("ssl://localhost:" + fixture.broker.passwordPort());
    factory.setKeyStore(null);
    factory.setTrustStorePasswordFile(trustPassword.toString());

    SmallPool right = new SmallPool(SmallPool.signOn(factory, "by-password", "broker-password"));
    try (ResourceProxyConnection connection = connectionFactory(factory, right).getConnection()) {
      assertThat(connection.putPrincipals(List.of(state())).get(0).status())
          .isEqualTo(Status.ENFORCED);
    }
    right.flush();
    SmallPool wrong = new SmallPool(SmallPool.signOn(factory, "by-password", "other"));
    assertThat(failure(connectionFactory(factory, wrong)::getConnection).retryable()).isFalse();
  }

  @Test
  void getConnectionWhenWithoutContainerThenComponentsCredentialsServe() throws Exception {
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setTrustStore(fixture.pki.file("ca.pem").toString());
    factory.setTrustStoreType("PEM");
    MqttConnectionFactory connections = (MqttConnectionFactory) factory.createConnectionFactory();
    try (ResourceProxyConnection connection =
        connections.getConnection(BrokerFixture.PROXY, TestPki.PASSWORD.toCharArray())) {
      assertThat(connection.putPrincipals(List.of(state())).get(0).status())
          .isEqualTo(Status.ENFORCED);
    }
    assertThat(failure(connections::getConnection).retryable()).isFalse();
  }

  @Test
  void matchManagedConnectionsWhenCredentialsOrFactoryDifferThenNone() throws Exception {
    MqttManagedConnectionFactory factory = fixture.newFactory();
    var mine = SmallPool.signOn(factory, BrokerFixture.PROXY, TestPki.PASSWORD);
    ManagedConnection connection = factory.createManagedConnection(mine, null);
    try {
      Set<ManagedConnection> candidates = Set.of(connection);
      assertThat(factory.matchManagedConnections(candidates, mine, null)).isSameAs(connection);
      SignOn byComponent = new SignOn(BrokerFixture.PROXY, TestPki.PASSWORD.toCharArray());
      assertThat(factory.matchManagedConnections(candidates, null, byComponent))
          .isSameAs(connection);
      for (var other :
          List.of(
              SmallPool.signOn(factory, "other", TestPki.PASSWORD),
              SmallPool.signOn(factory, BrokerFixture.PROXY, "other"))) {
        assertThat(factory.matchManagedConnections(candidates, other, null)).isNull();
        assertThat(
                catchThrowableOfType(
                    ResourceException.class, () -> connection.getConnection(other, null)))
            .isNotNull();
      }
      MqttManagedConnectionFactory different = fixture.newFactory();
      different.setClientIdPrefix("different");
      var theirs = SmallPool.signOn(different, BrokerFixture.PROXY, TestPki.PASSWORD);
      assertThat(different.matchManagedConnections(candidates, theirs, null)).isNull();
    } finally {
      connection.destroy();
    }
    assertThat(factory.matchManagedConnections(Set.of(connection), mine, null)).isNull();
    assertThat(factory.getInvalidConnections(Set.of(connection))).hasSize(1);
  }

  @Test
  void linkLostWhenLogWriterIsSetThenItIsTold() throws Exception {
    StringWriter log = new StringWriter();
    MqttManagedConnectionFactory factory = fixture.newFactory();
    factory.setLogWriter(new PrintWriter(log, true));
    SmallPool pool = pool(factory);
    connectionFactory(factory, pool).getConnection().close();

    fixture.broker.stop();
    fixture.broker.start();

    await().until(() -> log.toString().contains("lost"));
    assertThat(log.toString()).doesNotContain(TestPki.PASSWORD);
  }

  @Test
  void requestWhenCommandIsRefusedThenOthersAreCarriedOut() throws Exception {
    try (BrokerLink link = fixture.openLink()) {
      List<JsonNode> replies =
          link.request(
              List.of(Commands.getClient("nobody-knows"), Commands.getClient(BrokerFixture.PROXY)));
      assertThat(replies.get(0).has("error")).isTrue();
      assertThat(replies.get(1).has("error")).isFalse();
    }
  }

  private static PrincipalState state() {
    String name = BrokerFixture.freshName();
    return PrincipalState.present(
        name,
        1,
        new Credential.X509("CN=" + name),
        Set.of(Permission.allow("wams/SE-1", "publish")));
  }

  private static SmallPool pool(MqttManagedConnectionFactory factory) {
    return new SmallPool(SmallPool.signOn(factory, BrokerFixture.PROXY, TestPki.PASSWORD));
  }

  private static ResourceProxyConnectionFactory connectionFactory(
      MqttManagedConnectionFactory factory, SmallPool pool) throws ResourceException {
    return (ResourceProxyConnectionFactory) factory.createConnectionFactory(pool);
  }

  private static ResourceProxyException failure(ThrowingCallable call) {
    long startNanos = System.nanoTime();
    ResourceProxyException failure = catchThrowableOfType(ResourceProxyException.class, call);
    assertThat(failure).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(BOUND);
    return failure;
  }

  private static long pahoThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("MQTT "))
        .count();
  }
}
