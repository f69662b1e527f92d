package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Dpop;
import org.heliogate.it.fixture.Est;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Who fails too often has to wait, and nobody else. */
class ThrottleIT {

  private static final int MANY = 2_000;
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");
  private final Instance instance = Instance.current();

  @Test
  void sourceWhenItFailsTooOftenThenItAloneHasToWait() throws IOException {
    TestDevice device = TestDevice.loaded(instance);
    Map<String, String> bad =
        Map.of("client_assertion_type", TestDevice.ASSERTION_TYPE, "client_assertion", "x.y.z");
    try (Source source = new Source("127.0.0.77")) {
      source.failUntilHeldUp("/bootstrap", i -> bad);
    }
    device.bootstrap().expect(200);
  }

  @Test
  void clientWhenSomebodyGuessesElsewhereThenItIsNotHeldUp() throws IOException {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    try (Source source = new Source("127.0.0.78")) {
      source.failUntilHeldUp("/oauth/token", i -> credentials(application.clientId(), "guess" + i));
      assertThat(source.post("/oauth/token", credentials("another", "guess"))).contains(" 401 ");
    }
    instance
        .http()
        .form("/oauth/token", credentials(application.clientId(), application.secret()))
        .expect(200);
  }

  @Test
  void clientWhenOthersBehindItsAddressUseItUpThenItGoesOn() throws IOException {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    Map<String, String> right = credentials(application.clientId(), application.secret());
    try (Source source = new Source("127.0.0.79")) {
      assertThat(source.post("/oauth/token", right)).contains(" 200 ");
      source.failUntilHeldUp("/oauth/token", i -> credentials("nobody-" + i, "guess"));
      assertThat(source.post("/oauth/token", right)).contains(" 200 ");
    }
  }

  @Test
  void clientWhenOthersBehindItsAddressUseItUpThenItsTokenAndProofsGoOn() throws IOException {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    Map<String, String> right = credentials(application.clientId(), application.secret());
    String aat =
        KnownSecrets.add(
            "AAT", instance.http().form("/oauth/token", right).expect(200).text("access_token"));
    byte[] question = "{\"resource_server\":\"mqtt\"}".getBytes(US_ASCII);
    String proof = new Dpop(instance).proof("POST", "/oauth/token", null);
    try (Source source = new Source("127.0.0.81")) {
      assertThat(source.post("/oauth/token", right)).contains(" 200 ");
      source.failUntilHeldUp("/oauth/token", i -> credentials("nobody-" + i, "guess"));
      assertThat(source.post("/csr", Admin.JSON, "Bearer " + aat, question)).contains(" 200 ");
      source.failUntilHeldUp("/oauth/token", i -> credentials("somebody-" + i, "guess"));
      assertThat(source.send("/oauth/token", Http.FORM, "DPoP: " + proof, Http.encode(right)))
          .contains(" 200 ");
    }
  }

  @Test
  void enrollmentWhenItFailsTooOftenThenHasToWaitBeforeTheRequestIsLookedAt() throws IOException {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String csr = Csr.of(application.username(), Csr.key("secp256r1"));
    String wrong = Admin.basic(application.clientId(), "guess");
    try (Source source = new Source("127.0.0.80")) {
      String answer = "";
      for (int i = 0; i < MANY && !answer.contains(" 429 "); i++) {
        answer =
            source.post(Est.PATH + "/simpleenroll", Est.REQUEST, wrong, csr.getBytes(US_ASCII));
        assertThat(answer).containsAnyOf(" 401 ", " 429 ");
      }
      assertThat(answer).contains(" 429 ").containsPattern("(?i)retry-after: [0-9]+");
      assertThat(source.post(Est.PATH + "/simpleenroll", Est.REQUEST, wrong, new byte[] {'%'}))
          .contains(" 429 ");
    }
    Est.certificate(
        Est.of(instance)
            .post("/simpleenroll", Admin.basic(application.clientId(), application.secret()), csr));
  }

  private static Map<String, String> credentials(String clientId, String secret) {
    return Map.of(
        "grant_type", "client_credentials", "client_id", clientId, "client_secret", secret);
  }

  /** A connection from another loopback address than that of all other tests. */
  private final class Source implements AutoCloseable {

    private final SSLSocket socket;
    private final DataInputStream in;

    Source(String address) throws IOException {
      URI issuer = URI.create(instance.issuer());
      Socket plain = new Socket();
      plain.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      plain.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), issuer.getPort()));
      socket =
          (SSLSocket)
              instance
                  .sslContext()
                  .getSocketFactory()
                  .createSocket(plain, issuer.getHost(), issuer.getPort(), true);
      in = new DataInputStream(socket.getInputStream());
    }

    void failUntilHeldUp(String path, IntFunction<Map<String, String>> forms) throws IOException {
      String answer = "";
      for (int i = 0; i < MANY && !answer.contains(" 429 "); i++) {
        answer = post(path, forms.apply(i));
        assertThat(answer).containsAnyOf(" 401 ", " 429 ");
      }
      assertThat(answer).contains(" 429 ").containsPattern("(?i)retry-after: [0-9]+");
    }

    /** Posts a form and gives the head of the answer. */
    String post(String path, Map<String, String> form) throws IOException {
      return post(path, Http.FORM, "", Http.encode(form));
    }

    String post(String path, String mediaType, String authorization, byte[] body)
        throws IOException {
      return send(
          path, mediaType, authorization.isEmpty() ? "" : "Authorization: " + authorization, body);
    }

    /** Posts something with one more header field, or none, and gives the head of the answer. */
    String send(String path, String mediaType, String field, byte[] body) throws IOException {
      String head =
          "POST "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              + mediaType
              + (field.isEmpty() ? "" : "\r\n" + field)
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      socket.getOutputStream().write((head + new String(body, US_ASCII)).getBytes(US_ASCII));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        answer.append((char) in.readUnsignedByte());
      }
      Matcher length = LENGTH.matcher(answer);
      assertThat(length.find()).as(answer.toString()).isTrue();
      in.readNBytes(Integer.parseInt(length.group(1)));
      return answer.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
