package org.heliogate.bench.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.load.Answer;
import org.heliogate.bench.load.Exchange;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.bench.load.Operations;
import org.heliogate.bench.load.Request;
import org.heliogate.bench.tokens.Population.Party;
import org.jspecify.annotations.Nullable;

/**
 * The making of clients and resources at a new instance, through its public interfaces: an operator
 * registers the resource server, the role and the clients; the resource server its resources.
 */
final class HeliogateSetup {

  private static final String SERVER = "bench";
  private static final String ROLE = "bench-reader";
  private static final String ADMINISTRATION = "/admin/api/v1/";
  private static final String JSON = "application/json";

  /** So many are made with one administration token. */
  private static final int CHUNK = 2_000;

  private static final Duration CHUNK_LIMIT = Duration.ofMinutes(10);

  /** Each client may read the resource that bears its name, and no other. */
  private static final String WORKFLOW =
      """
      heliogate: 1
      workflow: bench-tokens
      roles:
        %s:
          grants:
            - { resource-server: %s, resource: "bench/${client.name}", scopes: [%s] }
      """
          .formatted(ROLE, SERVER, Population.SCOPE);

  private final Instance instance;
  private final LoadGenerator generator;
  private final Consumer<String> progress;

  HeliogateSetup(Instance instance, LoadGenerator generator, Consumer<String> progress) {
    this.instance = instance;
    this.generator = generator;
    this.progress = progress;
  }

  /**
   * Makes them.
   *
   * @throws WrongAnswerException when something is refused
   */
  Population make(int size) {
    JsonNode server =
        created(
            generator.call(
                post(
                    ADMINISTRATION + "resource-servers",
                    administration(),
                    "{\"id\":\"%s\",\"type\":\"oauth\"}".formatted(SERVER))));
    Party owner =
        new Party(server.path("client_id").asText(), server.path("client_secret").asText(), "");
    Answer loaded =
        generator.call(
            Request.of(
                "PUT",
                instance.issuer(),
                ADMINISTRATION + "workflows/bench-tokens",
                administration(),
                "application/yaml",
                WORKFLOW.getBytes(UTF_8)));
    if (loaded.status() != 200 && loaded.status() != 201) {
      throw new WrongAnswerException("loading the workflow: " + loaded);
    }
    Party[] parties = new Party[size];
    long began = System.nanoTime();
    for (int from = 0; from < size; from += CHUNK) {
      int to = Math.min(size, from + CHUNK);
      String protection = token(owner, "uma_protection");
      String administration = administration();
      generator.complete(
          each(from, to, index -> registration(index, parties, protection)), CHUNK_LIMIT);
      generator.complete(
          each(from, to, index -> client(index, parties, administration)), CHUNK_LIMIT);
      progress.accept(
          "%,d of %,d clients and resources made, %,d s"
              .formatted(to, size, Duration.ofNanos(System.nanoTime() - began).toSeconds()));
    }
    return new Population(owner, List.of(parties));
  }

  /** What is done for the client and resource of an index. */
  @FunctionalInterface
  private interface Step {
    Exchange of(int index);
  }

  private static Operations each(int from, int to, Step step) {
    return new Operations() {
      private int next = from;

      @Override
      public @Nullable Exchange next() {
        return next < to ? step.of(next++) : null;
      }
    };
  }

  private Exchange registration(int index, Party[] parties, String protection) {
    String body =
        "{\"name\":\"bench/%s\",\"resource_scopes\":[\"%s\"]}"
            .formatted(name(index), Population.SCOPE);
    return Exchange.last(
        post("/uma/resource_set", protection, body),
        answer -> parties[index] = new Party("", "", created(answer).path("_id").asText()));
  }

  private Exchange client(int index, Party[] parties, String administration) {
    String body =
        "{\"name\":\"%s\",\"roles\":[\"%s\"],\"authentication\":[\"client_secret_basic\"]}"
            .formatted(name(index), ROLE);
    return Exchange.last(
        post(ADMINISTRATION + "clients", administration, body),
        answer -> {
          JsonNode made = created(answer);
          parties[index] =
              new Party(
                  made.path("client_id").asText(),
                  made.path("client_secret").asText(),
                  parties[index].resource());
        });
  }

  private static String name(int index) {
    return "c" + index;
  }

  private String administration() {
    return token(
        new Party(instance.administratorId(), instance.administratorSecret(), ""), "admin");
  }

  private String token(Party client, String scope) {
    Answer answer =
        generator.call(
            Request.form(
                instance.issuer(),
                Vocabulary.HELIOGATE.tokenPath(),
                Request.basic(client.clientId(), client.secret()),
                Map.of("grant_type", "client_credentials", "scope", scope)));
    String token = answer.json().path("access_token").asText("");
    if (token.isEmpty()) {
      throw new WrongAnswerException("asking for a token with the scope " + scope + ": " + answer);
    }
    return "Bearer " + token;
  }

  private Request post(String path, String authorization, String body) {
    return Request.of("POST", instance.issuer(), path, authorization, JSON, body.getBytes(UTF_8));
  }

  private static JsonNode created(Answer answer) {
    if (answer.status() != 201) {
      throw new WrongAnswerException("making clients and resources: " + answer);
    }
    return answer.json();
  }
}
