package org.heliogate.bench.onboarding;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.HttpTransport;
import org.heliogate.device.http.RequestBody;

/** The administration API, as far as benchmarks need it. */
final class Administration {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final AuthorizationServer server;
  private final HttpTransport transport;
  private final String token;

  private Administration(AuthorizationServer server, HttpTransport transport, String token) {
    this.server = server;
    this.transport = transport;
    this.token = token;
  }

  /** Logs the instance's administrator in. */
  static Administration of(Instance instance, AuthorizationServer server, HttpTransport transport) {
    String pair =
        RequestBody.encode(instance.administratorId())
            + ":"
            + RequestBody.encode(instance.administratorSecret());
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    Answer answer =
        server.post(
            server.endpoint("/oauth/token"),
            () -> RequestBody.form(Map.of("grant_type", "client_credentials", "scope", "admin")),
            (method, uri, body) -> basic);
    if (!answer.isOk()) {
      throw answer.refusal("the administrator's login");
    }
    return new Administration(
        server, transport, answer.required("access_token", "the administrator's login"));
  }

  /** Loads a workflow. */
  void putWorkflow(String name, String yaml) {
    send("PUT", "workflows/" + name, "application/yaml", yaml, "loading the workflow " + name);
  }

  /** Loads secure elements, which must be new. */
  void loadDevices(String manifest, int count) {
    JsonNode loaded =
        send("POST", "devices", "application/x-ndjson", manifest, "loading the manifest");
    if (loaded.path("loaded").asInt(-1) != count) {
      throw new WrongAnswerException(
          "of %d devices, %s were loaded: %s"
              .formatted(count, loaded.path("loaded"), loaded.path("errors").path(0)));
    }
  }

  /** Ends a device and all that it may do. */
  void retire(String masterId) {
    send("POST", "devices/" + masterId + "/retire", "", "", "retiring " + masterId);
  }

  private JsonNode send(String method, String path, String mediaType, String body, String doing) {
    BodyPublisher content =
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    Answer answer =
        transport.send(
            () -> {
              HttpRequest.Builder request =
                  HttpRequest.newBuilder(server.endpoint("/admin/api/v1/" + path))
                      .timeout(TIMEOUT)
                      .header("Authorization", "Bearer " + token)
                      .method(method, content);
              if (!mediaType.isEmpty()) {
                request.header("Content-Type", mediaType);
              }
              return request.build();
            });
    if (answer.status() < 200 || answer.status() > 299) {
      throw new WrongAnswerException(
          "%s was refused with %d: %s"
              .formatted(
                  doing,
                  answer.status(),
                  answer.body().path("detail").asText(answer.body().path("title").asText("?"))));
    }
    return answer.body();
  }
}
