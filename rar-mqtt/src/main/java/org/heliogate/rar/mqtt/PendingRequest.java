package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heliogate.spi.ResourceProxyException;

/**
 * A message of commands that waits for its answer. Mosquitto hands every answer to every subscriber
 * of the response topic, other connections' answers and late ones included, so an answer is taken
 * only if each of its lines echoes the correlation data that this request alone carries.
 */
final class PendingRequest {

  private final String id;
  private final List<ObjectNode> commands;
  private final CompletableFuture<List<JsonNode>> answer = new CompletableFuture<>();

  /**
   * Marks the commands with correlation data.
   *
   * @param id unique among all connections to the broker
   */
  PendingRequest(String id, List<ObjectNode> commands) {
    this.id = id;
    this.commands = List.copyOf(commands);
    for (int i = 0; i < this.commands.size(); i++) {
      this.commands.get(i).put("correlationData", correlation(i));
    }
  }

  /** The commands, marked. */
  List<ObjectNode> commands() {
    return commands;
  }

  /** Takes an answer if it belongs to this request; otherwise does nothing. */
  void offer(JsonNode responses) {
    if (responses.size() != commands.size()) {
      return;
    }
    List<JsonNode> lines = new ArrayList<>();
    for (JsonNode line : responses) {
      if (!line.path("correlationData").asText().equals(correlation(lines.size()))) {
        return;
      }
      lines.add(line);
    }
    answer.complete(lines);
  }

  /** Ends the wait: there will be no answer. */
  void fail(ResourceProxyException failure) {
    answer.completeExceptionally(failure);
  }

  /**
   * Waits for the answer, a line for each command in order.
   *
   * @throws TimeoutException if there is none in time
   * @throws ResourceProxyException if the request failed or the thread was interrupted
   */
  List<JsonNode> await(Duration timeout) throws TimeoutException, ResourceProxyException {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ResourceProxyException failure) {
        throw new ResourceProxyException(
            String.valueOf(failure.getMessage()), failure.retryable(), failure);
      }
      throw new ResourceProxyException("the request to the broker failed", true, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ResourceProxyException("interrupted while waiting for the broker", true, e);
    }
  }

  private String correlation(int index) {
    return id + "-" + index;
  }
}
