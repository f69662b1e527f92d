package org.heliogate.bench.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.load.Exchange;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.bench.load.Operations;
import org.heliogate.bench.load.Request;
import org.heliogate.bench.tokens.Population.Party;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one server's clients, each for a client drawn at random, and the same draw for
 * each server. Lives on the load generator's thread.
 */
final class Traffic {

  private static final long SEED = 26;
  private static final Duration SLACK = Duration.ofSeconds(10);
  private static final String UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket";

  private final URI server;
  private final Vocabulary vocabulary;
  private final Population population;
  private final AnswerCheck check;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AnswerCheck.@Nullable Permission[] permissions;
  private int[] holders = new int[0];
  private String protection = "";

  /** The traffic to a server. */
  Traffic(URI server, Vocabulary vocabulary, Population population) {
    this.server = server;
    this.vocabulary = vocabulary;
    this.population = population;
    this.check = new AnswerCheck(vocabulary, population.resourceServer().clientId());
    this.permissions = new AnswerCheck.Permission[population.size()];
  }

  /**
   * Gets ready for an operation, outside the measurement: the resource server takes a PAT; of the
   * RPTs those are taken that live long enough.
   *
   * @param lasting how long it will run
   * @throws WrongAnswerException if there is no PAT or no such RPT
   */
  Operations of(Operation operation, LoadGenerator generator, Duration lasting) {
    switch (operation) {
      case ACCESS_TOKEN:
        return this::accessToken;
      case PERMISSION:
        Party owner = population.resourceServer();
        protection =
            "Bearer " + check.bearer(generator.call(token(owner, vocabulary.protection())));
        return this::permission;
      case INTROSPECTION:
        Instant end = Instant.now().plus(lasting).plus(SLACK);
        holders =
            IntStream.range(0, permissions.length)
                .filter(
                    party -> {
                      AnswerCheck.Permission held = permissions[party];
                      return held != null && held.end().isAfter(end);
                    })
                .toArray();
        if (holders.length == 0) {
          throw new WrongAnswerException("there is no RPT to introspect that lives long enough");
        }
        return this::introspection;
      default:
        throw new IllegalArgumentException(operation.key());
    }
  }

  private Exchange accessToken() {
    Party party = population.parties().get(random.nextInt(population.size()));
    return Exchange.last(
        token(party, vocabulary.accessToken()), answer -> check.accessToken(answer, party));
  }

  /** A ticket for the client's resource, and its redemption. */
  private Exchange permission() {
    int index = random.nextInt(population.size());
    Party party = population.parties().get(index);
    String wanted =
        "[{\"resource_id\":\"%s\",\"resource_scopes\":[\"%s\"]}]"
            .formatted(party.resource(), Population.SCOPE);
    Request request =
        Request.of(
            "POST",
            server,
            vocabulary.permissionPath(),
            protection,
            "application/json",
            wanted.getBytes(UTF_8));
    return Exchange.first(request, answer -> redemption(check.ticket(answer), party, index));
  }

  private Exchange redemption(String ticket, Party party, int index) {
    Map<String, String> form = new HashMap<>();
    form.put("grant_type", UMA_TICKET);
    form.put("ticket", ticket);
    return Exchange.last(
        token(party, form), answer -> permissions[index] = check.permission(answer, party));
  }

  private Exchange introspection() {
    int index = holders[random.nextInt(holders.length)];
    Party party = population.parties().get(index);
    Party owner = population.resourceServer();
    String token = Objects.requireNonNull(permissions[index]).token();
    return Exchange.last(
        Request.form(
            server,
            vocabulary.introspectionPath(),
            Request.basic(owner.clientId(), owner.secret()),
            Map.of("token", token)),
        answer -> check.active(answer, party));
  }

  private Request token(Party party, Map<String, String> form) {
    return Request.form(
        server, vocabulary.tokenPath(), Request.basic(party.clientId(), party.secret()), form);
  }
}
