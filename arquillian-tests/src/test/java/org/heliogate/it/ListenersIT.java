package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.SSLSocket;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listens where, and what the plain listener does not serve. */
class ListenersIT {

  private final Instance instance = Instance.current();
  private final URI plain = URI.create(instance.pki().toString().replace("/pki", ""));

  @ParameterizedTest
  @ValueSource(strings = {"/pki/ca.pem", "/pki/crl"})
  void plainListenerWhenAskedForPkiThenServes(String path) {
    instance.http().get(plain + path).expect(200);
    instance.http().get(path).expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/pki",
        "/bootstrap",
        "/csr",
        "/oauth/token",
        "/oauth/jwks",
        "/proxy/mqtt",
        "/openapi",
        "/.well-known/oauth-authorization-server",
        "/admin/api/v1/devices",
        "/health",
        "/metrics",
        "/management",
        "/PKI/ca.pem",
        "//pki/ca.pem",
        "/pki/../oauth/jwks",
        "/pki/..%2foauth/jwks",
        "/pki/%2e%2e/oauth/jwks",
        "/pki/..;x=/oauth/jwks",
        "/pki/./../oauth/jwks",
        "/pki//../../oauth/jwks",
        "/pki\\..\\oauth\\jwks",
        "/oauth/jwks?/pki/ca.pem",
        "/oauth/jwks;/pki/ca.pem",
        "/oauth/jwks#/pki/"
      })
  void plainListenerWhenAskedForAnythingElseThenServesNothing(String target) throws IOException {
    for (String method : List.of("GET", "POST")) {
      String answer = raw(method, target);
      assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("\"keys\"", "ticket");
    }
  }

  @Test
  void plainListenerWhenTheTargetIsAbsoluteThenServesNothingElse() throws IOException {
    assertThat(raw("GET", plain + "/oauth/jwks")).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
    assertThat(raw("GET", instance.issuer() + "/oauth/jwks")).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
  }

  @Test
  void pkiWhenTheAuthorityIsUnknownThenNotFound() {
    Reply reply = instance.http().get(plain + "/pki/crl/" + "0".repeat(40));
    assertThat(reply.status()).isEqualTo(404);
    assertThat(instance.http().get(plain + "/pki/ca/" + "0".repeat(40) + ".cer").status())
        .isEqualTo(404);
  }

  @Test
  void processesWhenTheyListenThenOnLoopbackOnlyAndOnTheKnownPortsOnly() {
    String sockets = Shell.run("ss", "-ltnpH").succeeded().output();
    List<String> ours =
        sockets
            .lines()
            .filter(
                line ->
                    List.of("server", "mosquitto", "heliogate-crl").stream()
                        .anyMatch(name -> line.contains("pid=" + instance.pid(name) + ",")))
            .toList();
    assertThat(ours).isNotEmpty();
    TreeSet<Integer> ports = new TreeSet<>();
    for (String line : ours) {
      String address = line.trim().split("\\s+")[3];
      assertThat(address)
          .as(line)
          .matches("(127\\.0\\.0\\.1|\\[::1\\]|\\[::ffff:127\\.0\\.0\\.1\\]):\\d+");
      ports.add(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }
    assertThat(ports)
        .containsExactlyInAnyOrder(
            URI.create(instance.issuer()).getPort(),
            instance.pki().getPort(),
            instance.management().getPort(),
            instance.mqttX509().getPort(),
            instance.mqttPassword().getPort());
  }

  @Test
  void managementWhenAskedThenReportsHealthAndMetrics() {
    for (String path : List.of("/health/live", "/health/ready")) {
      Reply reply = instance.http().get(instance.management() + path).expect(200);
      assertThat(reply.text("status")).isEqualTo("UP");
    }
    instance.http().get(instance.management() + "/metrics").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void httpsWhenSpokenToThenNegotiates(String version) throws IOException {
    URI issuer = URI.create(instance.issuer());
    try (SSLSocket socket =
        (SSLSocket)
            instance
                .sslContext()
                .getSocketFactory()
                .createSocket(issuer.getHost(), issuer.getPort())) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
    }
  }

  @Test
  void openapiWhenReadThenDescribesTheApi() {
    Reply reply = instance.http().get("/openapi", "Accept-Encoding", "identity").expect(200);
    assertThat(reply.body()).contains("/bootstrap", "/oauth/token", "/admin/api/v1/devices");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json;q=x", "a/b;q=", "*/*;q=\"", "/", "json"})
  void openapiWhenAcceptIsMalformedThenAnsweredAllTheSame(String accept) {
    Reply reply =
        instance
            .http()
            .get("/openapi", "Accept", accept, "Accept-Encoding", "identity")
            .expect(200);
    assertThat(reply.body()).contains("/oauth/token");
  }

  @Test
  void pathWhenUnknownThenNotFoundWithoutNoise() {
    for (String path : Arrays.asList("/no/such", "/oauth/no", "/admin/api/v1/no", "/..;/x")) {
      Reply reply = instance.http().get(path);
      assertThat(reply.status()).as(path).isIn(400, 404);
      assertThat(reply.body()).doesNotContain("RESTEASY", "Undertow", "WildFly");
    }
  }

  private String raw(String method, String target) throws IOException {
    try (Socket socket = new Socket(plain.getHost(), plain.getPort())) {
      String request =
          method
              + " "
              + target
              + " HTTP/1.1\r\nHost: localhost:"
              + plain.getPort()
              + "\r\nConnection: close\r\n"
              + (method.equals("POST")
                  ? "Content-Type: " + Http.FORM + "\r\nContent-Length: 0\r\n"
                  : "")
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
