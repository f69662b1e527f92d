package org.heliogate.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.heliogate.device.failure.RequestPendingException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.RequestBody;

/** The UMA 2.0 ticket grant as the HTTP contract has it: a front door, then the token endpoint. */
final class UmaGrant {

  private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:uma-ticket";
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  private final ClientContext context;
  private final AatSession session;

  UmaGrant(ClientContext context, AatSession session) {
    this.context = context;
    this.session = session;
  }

  /**
   * Knocks at a resource server's front door.
   *
   * @param query resource and scope, or nothing for all that the client's roles grant
   */
  FrontDoorAnswer frontDoor(String resourceServer, Map<String, String> query) {
    String doing = "asking for access to " + resourceServer;
    StringJoiner uri = new StringJoiner("&", "/proxy/" + resourceServer + "?", "");
    uri.setEmptyValue("/proxy/" + resourceServer);
    query.forEach((name, value) -> uri.add(name + "=" + RequestBody.encode(value)));
    URI endpoint = context.server().endpoint(uri.toString());
    Answer answer = context.server().get(endpoint, session.authorization());
    if (answer.status() != 401 || !answer.body().hasNonNull("ticket")) {
      throw answer.refusal(doing);
    }
    return new FrontDoorAnswer(
        answer.required("ticket", doing), answer.body().path("security_profiles"));
  }

  /**
   * Redeems a ticket.
   *
   * @param ticket the ticket
   * @param extension further form fields, for example {@code csr}
   */
  Answer redeem(String ticket, Map<String, String> extension) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT_TYPE);
    form.put("ticket", ticket);
    form.putAll(extension);
    return context
        .server()
        .post(
            context.server().endpoint("/oauth/token"),
            () -> RequestBody.form(form),
            session.authorization());
  }

  /**
   * Redeems a ticket, again with each new one while the answer is {@code request_submitted} (UMA
   * Grant §3.3.6) and the time allowed is not over.
   *
   * @throws RequestPendingException when it is over
   */
  Answer redeemPatiently(String ticket, Map<String, String> extension, String doing) {
    Duration waited = Duration.ZERO;
    Answer answer = redeem(ticket, extension);
    while (isSubmitted(answer)) {
      Duration interval = interval(answer);
      waited = waited.plus(interval);
      if (waited.compareTo(context.patience()) > 0) {
        String pending = pending(answer);
        throw new RequestPendingException(
            pending,
            doing + " waits for " + pending,
            pending.equals("approval")
                ? "Ask the operator to approve the request, then run the command again."
                : "Check that the resource server runs, then run the command again.");
      }
      pause(interval, doing);
      answer = redeem(answer.required("ticket", doing), extension);
    }
    if (!answer.isOk()) {
      throw answer.refusal(doing);
    }
    return answer;
  }

  static boolean isSubmitted(Answer answer) {
    return answer.status() == 403 && answer.error().equals("request_submitted");
  }

  static String pending(Answer answer) {
    return answer.body().path("pending").asText("").equals("approval") ? "approval" : "enforcement";
  }

  private static Duration interval(Answer answer) {
    JsonNode interval = answer.body().path("interval");
    Duration asked =
        interval.isNumber()
            ? Duration.ofMillis((long) (interval.asDouble() * 1000))
            : DEFAULT_INTERVAL;
    return asked.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : asked;
  }

  private void pause(Duration interval, String doing) {
    try {
      context.server().pause().await(interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestPendingException(
          "enforcement", doing + " was interrupted", "Run the command again.");
    }
  }

  /** A front door's answer. */
  record FrontDoorAnswer(String ticket, JsonNode securityProfiles) {

    @Override
    public String toString() {
      return "FrontDoorAnswer[" + securityProfiles + "]";
    }
  }
}
