package org.heliogate.it.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.RawHttp;
import org.heliogate.it.fixture.RawHttp.Request;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;

/**
 * Many hostile requests to an instance and the judgement of its answers and logs. The requests come
 * from one loopback address after the other, so that none of them fails too often and has to wait.
 */
public final class Barrage {

  private static final int REQUESTS_A_SOURCE = 150;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instance instance;
  private final SSLContext tls;
  private final String marker = "fz" + Names.random(20);
  private final HostileRequests requests;
  private final Map<Integer, Integer> answers = new TreeMap<>();
  private RawHttp connection;
  private int sent;
  private int unanswered;

  /** A barrage against an instance, with good credentials for half of the requests. */
  public Barrage(Instance instance) {
    this.instance = instance;
    this.tls = instance.sslContext();
    this.requests = new HostileRequests(credentials(instance), marker);
  }

  /** Sends that many requests and looks into the logs afterwards. */
  public void run(int count) throws IOException {
    Map<Path, Long> before = logs();
    try {
      Cases.each(
          count,
          chance -> {
            Request request = requests.next(chance);
            Optional<Reply> answer = send(request);
            if (answer.isEmpty()) {
              unanswered++;
              return;
            }
            Reply reply = answer.get();
            answers.merge(reply.status(), 1, Integer::sum);
            try {
              judge(request, reply, chance);
            } catch (AssertionError e) {
              throw new AssertionError(e.getMessage() + "\nto the request\n" + shown(request), e);
            }
          });
    } finally {
      System.out.println("Barrage: answers by status " + answers + ", none " + unanswered);
      if (connection != null) {
        connection.close();
      }
    }
    assertThat(unanswered).isLessThanOrEqualTo(1 + count / 100);
    for (Map.Entry<Path, Long> log : logs().entrySet()) {
      judge(log.getKey(), added(log.getKey(), before.getOrDefault(log.getKey(), 0L)));
    }
  }

  /**
   * The answer; empty if the server, twice, ended the connection while the request was still on its
   * way, as it does with a head that is no HTTP. Once says nothing: it may end a connection that is
   * kept at any time (RFC 9112 §9.3.1).
   */
  private Optional<Reply> send(Request request) throws IOException {
    for (int attempt = 1; attempt <= 2; attempt++) {
      RawHttp open = connection();
      try {
        return Optional.of(open.send(request));
      } catch (SocketException | EOFException e) {
        open.close();
        connection = null;
      }
    }
    return Optional.empty();
  }

  private RawHttp connection() throws IOException {
    if (connection == null || !connection.isOpen() || sent % REQUESTS_A_SOURCE == 0) {
      if (connection != null) {
        connection.close();
      }
      int source = sent / REQUESTS_A_SOURCE;
      connection =
          RawHttp.connect(instance, tls, "127.2." + source / 250 % 250 + '.' + (source % 250 + 1));
    }
    sent++;
    return connection;
  }

  private void judge(Request request, Reply reply, Chance chance) {
    String body = reply.body();
    assertThat(reply.status()).as(body).isLessThan(600).isNotIn(429);
    assertThat(reply.status() < 500 || reply.status() == 503).as(reply.toString()).isTrue();
    chance.secret(marker);
    if (!readsBack(request, reply)) {
      chance.assertKept("answer", body);
      chance.assertKept("answer's head", reply.headers().map().toString());
    }
    assertThat(body).doesNotContain("\tat ", "Exception", "org.heliogate", "jakarta.", "WFLY");
    if (reply.status() >= 400 && !body.isEmpty()) {
      judgeRefusal(request, reply);
    }
  }

  /** Whether somebody gets what was registered, be it a secret or not. */
  private static boolean readsBack(Request request, Reply reply) {
    return reply.status() < 300
        && (request.target().startsWith("/uma/resource_set")
            || request.target().startsWith("/admin/api/v1/"));
  }

  private static void judgeRefusal(Request request, Reply reply) {
    JsonNode json = json(reply);
    String path = request.target().split("[?;]")[0];
    String type = reply.header("Content-Type");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    if (path.matches("/(bootstrap|csr|oauth/.*|uma/.*|proxy/.*)")) {
      assertThat(type).startsWith("application/json");
      boolean challenge = path.startsWith("/proxy/") && !json.path("ticket").asText().isEmpty();
      assertThat(challenge || json.path("error").asText().matches("[a-z_]+"))
          .as(reply.toString())
          .isTrue();
      assertThat(json.path("error_description").asText()).matches("[\\x20-\\x7E]{0,400}");
    } else if (path.startsWith("/admin/")) {
      assertThat(type).startsWith("application/problem+json");
      assertThat(json.path("status").asInt()).isEqualTo(reply.status());
    }
    if (reply.status() == 401) {
      assertThat(reply.header("WWW-Authenticate")).as(reply.toString()).isNotEmpty();
    }
  }

  private static JsonNode json(Reply reply) {
    try {
      return JSON.readTree(reply.bytes());
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + reply, e);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void judge(Path file, String added) {
    assertThat(added.contains(marker)).as("secret in %s", file).isFalse();
    for (String line : added.split("\n")) {
      assertThat(line.contains(" ERROR ") || line.startsWith("\tat "))
          .as("%s: %s", file, KnownSecrets.masked(line))
          .isFalse();
    }
  }

  private Map<Path, Long> logs() throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    for (String directory : new String[] {"logs", "server/log"}) {
      try (Stream<Path> walk = Files.walk(instance.home().resolve(directory))) {
        for (Path file : walk.filter(Files::isRegularFile).toList()) {
          sizes.put(file, Files.size(file));
        }
      }
    }
    return sizes;
  }

  private static String added(Path file, long before) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int from = before > content.length ? 0 : (int) before;
    return new String(content, from, content.length - from, ISO_8859_1);
  }

  private static String shown(Request request) {
    String text = KnownSecrets.masked(request.toString());
    return text.length() > 2_000 ? text.substring(0, 2_000) + "…" : text;
  }

  private static HostileRequests.Credentials credentials(Instance instance) {
    String server = Names.unique("rs");
    Reply made =
        instance
            .admin()
            .post("resource-servers", "{\"id\":\"%s\",\"type\":\"oauth\"}".formatted(server))
            .expect(201);
    String basic =
        Admin.basic(
            made.text("client_id"),
            KnownSecrets.add("resource server's secret", made.text("client_secret")));
    String pat = bearer(instance, basic, "uma_protection");
    String resource =
        instance
            .http()
            .post(
                "/uma/resource_set",
                Admin.JSON,
                "{\"name\":\"fuzz\",\"resource_scopes\":[\"view\"]}".getBytes(UTF_8),
                "Authorization",
                pat)
            .expect(201)
            .text("_id");
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String aat =
        bearer(
            instance,
            Admin.basic(application.clientId(), application.secret()),
            "uma_authorization");
    return new HostileRequests.Credentials(
        basic,
        aat,
        pat,
        "Bearer " + instance.admin().token(),
        TestDevice.loaded(instance).assertion(),
        application.uma().ticket(),
        resource);
  }

  private static String bearer(Instance instance, String basic, String scope) {
    return "Bearer "
        + KnownSecrets.add(
            "token of the barrage",
            instance
                .http()
                .form(
                    "/oauth/token",
                    Map.of("grant_type", "client_credentials", "scope", scope),
                    "Authorization",
                    basic)
                .expect(200)
                .text("access_token"));
  }
}
