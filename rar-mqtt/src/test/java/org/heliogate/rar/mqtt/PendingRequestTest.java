package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.heliogate.spi.ResourceProxyException;
import org.junit.jupiter.api.Test;

class PendingRequestTest {

  private final PendingRequest request =
      new PendingRequest("id-2", List.of(Commands.getRole("a"), Commands.getRole("b")));

  @Test
  void offerWhenCorrelationIsItsOwnThenAnswered() throws Exception {
    request.offer(answer("id-2-0", "id-2-1"));
    assertThat(request.await(Duration.ofSeconds(5))).hasSize(2);
  }

  @Test
  void offerWhenOfAnotherOrLateOrShortThenIgnored() {
    request.offer(answer("id-1-0", "id-1-1"));
    request.offer(answer("other-2-0", "other-2-1"));
    request.offer(answer("id-2-0"));
    request.offer(answer("id-2-1", "id-2-0"));
    request.offer(JsonNodeFactory.instance.missingNode());
    assertThatThrownBy(() -> request.await(Duration.ofMillis(1)))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void awaitWhenFailedThenThrowsWithSameJudgement() {
    request.fail(new ResourceProxyException("gone", false, null));
    assertThatThrownBy(() -> request.await(Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            ResourceProxyException.class, e -> assertThat(e.retryable()).isFalse());
  }

  private static ArrayNode answer(String... correlations) {
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    for (String correlation : correlations) {
      lines.addObject().put("command", "getRole").put("correlationData", correlation);
    }
    return lines;
  }
}
