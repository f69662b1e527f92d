package org.heliogate.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.tokens.TestKey;
import org.heliogate.device.failure.ServerUnreachableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadGeneratorTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private final Path directory;
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TestKey key;
  private HttpsServer server;
  private URI uri;

  LoadGeneratorTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeEach
  void start() throws Exception {
    key = TestKey.make(directory);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(key.store())) {
      store.load(in, key.password().toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, key.password().toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    uri = URI.create("https://localhost:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Every fourth answer is an error; one path ends the connection after each answer. */
  private void answer(HttpExchange exchange) throws IOException {
    boolean bad = asked.incrementAndGet() % 4 == 0;
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.equals("/closing")) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    byte[] answer = ("{\"echo\":\"" + new String(body, UTF_8) + "\"}").getBytes(UTF_8);
    exchange.sendResponseHeaders(bad && path.equals("/flaky") ? 500 : 200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private Exchange exchange(String path) {
    return Exchange.last(
        Request.of("POST", uri, path, "", "text/plain", "hello".getBytes(UTF_8)),
        answer -> {
          if (answer.status() != 200 || !answer.json().path("echo").asText("").equals("hello")) {
            throw new WrongAnswerException("not echoed: " + answer.status());
          }
        });
  }

  private Operations times(int times, String path) {
    AtomicInteger left = new AtomicInteger(times);
    return () -> left.getAndDecrement() > 0 ? exchange(path) : null;
  }

  private LoadGenerator connect(int connections) throws Exception {
    return LoadGenerator.connect(uri, key.certificate(), connections);
  }

  @Test
  void runWhenSomeAnswersAreWrongThenCountsThemApart() throws Exception {
    try (LoadGenerator generator = connect(3)) {
      Outcome outcome = generator.run(times(40, "/flaky"), LONG);

      assertThat(outcome.latencies().count()).isEqualTo(30);
      assertThat(outcome.failed()).isEqualTo(10);
      assertThat(outcome.faults()).containsExactly("not echoed: 500");
      assertThat(outcome.rate()).isPositive();
    }
  }

  @Test
  void runWhenServerEndsConnectionsThenOpensThemAgain() throws Exception {
    try (LoadGenerator generator = connect(2)) {
      Outcome outcome = generator.run(times(10, "/closing"), LONG);

      assertThat(outcome.latencies().count()).isEqualTo(10);
      assertThat(outcome.failed()).isZero();
    }
  }

  @Test
  void runWhenOperationHasTwoRequestsThenOneOperation() throws Exception {
    AtomicInteger left = new AtomicInteger(5);
    Operations operations =
        () ->
            left.getAndDecrement() > 0
                ? Exchange.first(Request.get(uri, "/"), answer -> exchange("/"))
                : null;
    try (LoadGenerator generator = connect(2)) {
      assertThat(generator.run(operations, LONG).latencies().count()).isEqualTo(5);
      assertThat(asked).hasValue(10);
    }
  }

  @Test
  void runWhenTimeIsOverThenBeginsNoMore() throws Exception {
    try (LoadGenerator generator = connect(1)) {
      Outcome outcome = generator.run(() -> exchange("/"), Duration.ofMillis(50));

      assertThat(outcome.latencies().count()).isEqualTo(asked.get()).isPositive();
    }
  }

  @Test
  void completeWhenOneIsWrongThenIsTheLast() throws Exception {
    try (LoadGenerator generator = connect(1)) {
      assertThatThrownBy(() -> generator.complete(times(40, "/flaky"), LONG))
          .isInstanceOf(WrongAnswerException.class)
          .hasMessage("not echoed: 500");
      assertThat(asked).hasValue(4);
    }
  }

  @Test
  void callWhenAnsweredThenReturnsIt() throws Exception {
    try (LoadGenerator generator = connect(1)) {
      assertThat(generator.call(Request.get(uri, "/")).status()).isEqualTo(200);
      assertThat(generator.security()).startsWith("TLSv1.");
    }
  }

  @Test
  void connectWhenServerIsNotTrustedThenRefused() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Path stranger = TestKey.make(other).certificate();

    assertThatThrownBy(() -> LoadGenerator.connect(uri, stranger, 1))
        .isInstanceOf(ServerUnreachableException.class);
  }

  @Test
  void toStringWhenRequestHasSecretsThenShowsNone() {
    Request request =
        Request.of("POST", uri, "/token", Request.basic("id", "secret"), "a/b", new byte[] {'x'});

    assertThat(request).hasToString("POST /token HTTP/1.1");
  }
}
