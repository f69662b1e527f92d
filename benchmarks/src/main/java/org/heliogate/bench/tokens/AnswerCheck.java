package org.heliogate.bench.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.load.Answer;
import org.heliogate.bench.tokens.Population.Party;

/**
 * The check of every answer's content. Signatures are not verified: that would cost the load
 * generator more than it costs the server to make them. Remembers what it has seen, so that no
 * token and no ticket counts twice; not safe for use by several threads.
 */
final class AnswerCheck {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OPAQUE = "[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+";

  /** The end of a token is its signature or tag: enough to tell it from all others. */
  private static final int DISTINCT_CHARACTERS = 24;

  private final Vocabulary vocabulary;
  private final String resourceServer;
  private final Set<String> seen = new HashSet<>();

  /**
   * A check that has seen nothing yet.
   *
   * @param resourceServer the client ID that RPTs must be for
   */
  AnswerCheck(Vocabulary vocabulary, String resourceServer) {
    this.vocabulary = vocabulary;
    this.resourceServer = resourceServer;
  }

  /** The access token of a client, fresh, and as far as it can be read its own. */
  String accessToken(Answer answer, Party party) {
    String token = bearer(answer);
    if (vocabulary.signed()) {
      named(claims(token), party);
    } else {
      require(token.matches(OPAQUE), "the access token is not HANDLE.TAG");
      require(
          answer.json().path("scope").asText("").equals("uma_authorization"),
          "the access token has the wrong scope");
    }
    return token;
  }

  /** A permission ticket that was never seen. */
  String ticket(Answer answer) {
    require(answer.status() == 201, "the permission endpoint answered " + answer);
    String ticket = answer.json().path("ticket").asText("");
    require(!ticket.isEmpty(), "there is no ticket");
    fresh(ticket, "ticket");
    return ticket;
  }

  /**
   * An RPT.
   *
   * @param token the token
   * @param end when its life is over
   */
  record Permission(String token, Instant end) {

    /** Shows nothing of the token. */
    @Override
    public String toString() {
      return "Permission[" + end + "]";
    }
  }

  /** A fresh RPT: for this client, for the resource server, with its resource and the scope. */
  Permission permission(Answer answer, Party party) {
    String token = bearer(answer);
    Instant end = Instant.now().plusSeconds(answer.json().path("expires_in").asLong());
    JsonNode claims = claims(token);
    named(claims, party);
    JsonNode audience = claims.path("aud");
    require(
        audience.asText("").equals(resourceServer) || contains(audience, resourceServer),
        "the RPT is not for the resource server");
    JsonNode permissions = claims.at(vocabulary.permissions());
    require(permissions.size() == 1, "the RPT has " + permissions.size() + " permissions");
    JsonNode permission = permissions.path(0);
    require(
        permission.path(vocabulary.resourceMember()).asText("").equals(party.resource()),
        "the RPT's permission is for another resource");
    require(
        contains(permission.path(vocabulary.scopesMember()), Population.SCOPE),
        "the RPT's permission lacks the scope");
    return new Permission(token, end);
  }

  /** A token that is active and this client's. */
  void active(Answer answer, Party party) {
    require(answer.status() == 200, "the introspection endpoint answered " + answer);
    JsonNode json = answer.json();
    require(json.path("active").asBoolean(false), "a live token is said not to be active");
    require(
        json.path("client_id").asText("").equals(party.clientId()),
        "introspection names another client");
  }

  /** The token of an answer that every kind of token comes in. */
  String bearer(Answer answer) {
    require(answer.status() == 200, "the token endpoint answered " + answer);
    JsonNode json = answer.json();
    require(
        json.path("token_type").asText("").equalsIgnoreCase("Bearer"), "token_type is not Bearer");
    require(json.path("expires_in").asInt(0) > 0, "expires_in is missing");
    String token = json.path("access_token").asText("");
    require(!token.isEmpty(), "there is no access_token");
    fresh(token, "token");
    return token;
  }

  private void named(JsonNode claims, Party party) {
    require(
        claims.path(vocabulary.clientClaim()).asText("").equals(party.clientId()),
        "the token is another client's");
  }

  private void fresh(String value, String kind) {
    require(
        seen.add(value.substring(Math.max(0, value.length() - DISTINCT_CHARACTERS))),
        "the same " + kind + " came twice");
  }

  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    require(parts.length == 3, "the token is not a compact JWS");
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
    } catch (IOException | IllegalArgumentException e) {
      throw new WrongAnswerException("the token's claims cannot be read");
    }
  }

  private static boolean contains(JsonNode values, String wanted) {
    return StreamSupport.stream(values.spliterator(), false)
        .anyMatch(value -> value.asText("").equals(wanted));
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new WrongAnswerException(otherwise);
    }
  }
}
