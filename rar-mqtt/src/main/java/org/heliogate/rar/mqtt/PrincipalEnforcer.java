package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heliogate.spi.Credential;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/**
 * The way desired states get into the broker: read all that are in question in one request,
 * compare, send only what must change, in messages that {@link Pacing} keeps small.
 *
 * <p>The plugin has no compare-and-set. Two connections that put the same principal at the same
 * moment may therefore cross between reading and writing; the next put or drift run heals that. Not
 * thread-safe.
 */
final class PrincipalEnforcer {

  /** The most states of a batch. */
  static final int MAX_STATES = 1_000;

  private final BrokerLink link;
  private final PrincipalReader reader;
  private final Pacing pacing;

  PrincipalEnforcer(BrokerLink link, PrincipalReader reader, Pacing pacing) {
    this.link = link;
    this.reader = reader;
    this.pacing = pacing;
  }

  /**
   * Enforces states as {@code ResourceProxyConnection.putPrincipals} promises.
   *
   * @throws IllegalArgumentException if there are too many states or two of one name
   */
  List<PrincipalOutcome> put(List<PrincipalState> states) throws ResourceProxyException {
    checkBounds(states);
    Map<String, PrincipalOutcome> outcomes = new HashMap<>();
    Map<String, PrincipalState> valid = new LinkedHashMap<>();
    for (PrincipalState state : states) {
      Optional<String> fault = PrincipalPlan.fault(state);
      if (fault.isPresent()) {
        outcomes.put(state.name(), outcome(state, Status.REJECTED, fault.get()));
      } else {
        valid.put(state.name(), state);
      }
    }
    Map<String, BrokerPrincipal> current = reader.read(valid.keySet());
    List<Step> steps = new ArrayList<>();
    for (PrincipalState state : valid.values()) {
      BrokerPrincipal principal =
          current.getOrDefault(state.name(), new BrokerPrincipal(null, null));
      PrincipalPlan plan = PrincipalPlan.of(state, principal);
      if (plan.commands().isEmpty()) {
        outcomes.put(state.name(), outcome(state, plan.status(), plan.detail()));
      } else {
        steps.add(new Step(state, plan));
      }
    }
    carryOut(steps, outcomes);
    return states.stream().map(state -> outcomes.get(state.name())).toList();
  }

  private void carryOut(List<Step> steps, Map<String, PrincipalOutcome> outcomes)
      throws ResourceProxyException {
    int next = 0;
    while (next < steps.size()) {
      if (next > 0) {
        pause(pacing.pause());
      }
      List<Step> batch = new ArrayList<>();
      List<ObjectNode> commands = new ArrayList<>();
      do {
        Step step = steps.get(next++);
        batch.add(step);
        commands.addAll(step.plan().commands());
      } while (next < steps.size()
          && commands.size() + steps.get(next).plan().commands().size() <= pacing.batchSize());

      long startNanos = System.nanoTime();
      List<JsonNode> replies = link.request(commands);
      pacing.took(commands.size(), Duration.ofNanos(System.nanoTime() - startNanos));

      int reply = 0;
      for (Step step : batch) {
        int end = reply + step.plan().commands().size();
        outcomes.put(step.state().name(), judge(step, replies.subList(reply, end)));
        reply = end;
      }
    }
  }

  private static PrincipalOutcome judge(Step step, List<JsonNode> replies) {
    for (JsonNode reply : replies) {
      if (reply.has("error")) {
        String detail =
            "the broker refused "
                + reply.path("command").asText()
                + ": "
                + reply.path("error").asText();
        return outcome(step.state(), Status.RETRY, scrubbed(detail, step.state().credential()));
      }
    }
    return outcome(step.state(), step.plan().status(), step.plan().detail());
  }

  private static String scrubbed(String text, Credential credential) {
    return credential instanceof Credential.Password password
        ? text.replace(password.secret(), "***")
        : text;
  }

  private static void pause(Duration pause) throws ResourceProxyException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ResourceProxyException("interrupted between two messages to the broker", true, e);
    }
  }

  private static void checkBounds(List<PrincipalState> states) {
    if (states.size() > MAX_STATES) {
      throw new IllegalArgumentException("more than " + MAX_STATES + " states");
    }
    Set<String> names = new HashSet<>();
    for (PrincipalState state : states) {
      if (!names.add(state.name())) {
        throw new IllegalArgumentException("a principal occurs twice: " + state.name());
      }
    }
  }

  private static PrincipalOutcome outcome(
      PrincipalState state, Status status, @Nullable String detail) {
    return new PrincipalOutcome(state.name(), state.generation(), status, detail);
  }

  /** A state and what is to be done for it. */
  private record Step(PrincipalState state, PrincipalPlan plan) {}
}
