package org.heliogate.device.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.ServerUnreachableException;
import org.heliogate.device.testing.ScriptedServer;
import org.heliogate.device.testing.ScriptedServer.Reply;
import org.heliogate.device.testing.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpTransportTest {

  private final TestAuthority authority = new TestAuthority();
  private final ScriptedServer server = new ScriptedServer(authority);
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  private AuthorizationServer client(TestAuthority trusted, String issuer) {
    return new AuthorizationServer(
        URI.create(issuer),
        new HttpTransport(
            Trust.of(trusted.pem(), "test").sslContext(null),
            RetryPolicy.STANDARD,
            Clock.systemUTC(),
            pauses::add));
  }

  private Answer get(AuthorizationServer client) {
    return client.get(client.endpoint("/x"), Authorization.NONE);
  }

  @Test
  void sendWhenServerIsBusyThenWaitsAsToldAndTriesAgain() {
    server.on(
        "/x",
        Reply.json(429, "{}").with("Retry-After", "7"),
        Reply.json(503, "{}"),
        Reply.json(200, "{\"a\":1}"));

    assertThat(get(client(authority, server.issuer())).body().path("a").asInt()).isEqualTo(1);
    assertThat(pauses.get(0)).isEqualTo(Duration.ofSeconds(7));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void sendWhenRetryAfterIsNoWaitThenPausesByItsOwnPolicy() {
    server.on(
        "/x",
        Reply.json(503, "{}").with("Retry-After", "0"),
        Reply.json(503, "{}").with("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        Reply.json(200, "{}"));

    assertThat(get(client(authority, server.issuer())).isOk()).isTrue();
    assertThat(pauses).hasSize(2);
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void sendWhenRetryAfterIsBeyondTheBudgetThenFailsAtOnce() {
    server.on("/x", Reply.json(429, "{}").with("Retry-After", "3600"));

    assertThatThrownBy(() -> get(client(authority, server.issuer())))
        .isInstanceOf(ServerUnreachableException.class)
        .hasMessageContaining("429");
    assertThat(pauses).isEmpty();
  }

  @Test
  void sendWhenNobodyListensThenGivesUpWithinItsBudget() {
    String issuer = server.issuer();
    server.close();

    assertThatThrownBy(() -> get(client(authority, issuer)))
        .isInstanceOf(ServerUnreachableException.class)
        .hasMessageContaining("cannot reach");
    Duration total = pauses.stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(total).isBetween(Duration.ofMinutes(1), RetryPolicy.STANDARD.total());
  }

  @Test
  void sendWhenServerIsOfAnotherAuthorityThenIsNotTrustedNorRepeated() {
    assertThatThrownBy(() -> get(client(new TestAuthority(), server.issuer())))
        .isInstanceOf(ServerUnreachableException.class)
        .hasMessageContaining("not trusted");
    assertThat(pauses).isEmpty();
    assertThat(server.requests).isEmpty();
  }

  @Test
  void sendWhenHostNameIsAnotherThenIsNotTrusted() {
    String otherName = server.issuer().replace("localhost", "127.0.0.2");
    server.on("/x", Reply.json(200, "{}"));

    assertThatThrownBy(() -> get(client(authority, otherName)))
        .isInstanceOf(ServerUnreachableException.class);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void newAuthorizationServerWhenIssuerIsNotHttpsThenIsRefused() {
    assertThatThrownBy(() -> client(authority, "http://localhost"))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> client(authority, "https://localhost/path"))
        .isInstanceOf(ConfigurationException.class);
  }
}
