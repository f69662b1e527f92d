package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;

class SourceThrottleTest {

  private static final String HERE = "192.0.2.1";
  private static final String ELSEWHERE = "192.0.2.2";

  private final TestClock clock = new TestClock();
  private final SourceThrottle throttle = new SourceThrottle(clock);

  @Test
  void admitWhenSourceFailsThenWaitsAfter200AndMayFail20EachSecond() {
    for (int i = 0; i < 200; i++) {
      throttle.admit(HERE);
      throttle.failed(HERE);
    }
    refused(() -> throttle.admit(HERE));
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      throttle.admit(HERE);
      throttle.failed(HERE);
    }
    refused(() -> throttle.admit(HERE));
  }

  @Test
  void admitWhenClientFailsHereThenWaitsAfter20AndMayFailOnceASecond() {
    exhaust(HERE, "c-1");
    refused(() -> throttle.admit(HERE, "c-1"));
    clock.advance(Duration.ofSeconds(1));
    throttle.admit(HERE, "c-1");
    throttle.failed(HERE, "c-1");
    refused(() -> throttle.admit(HERE, "c-1"));
  }

  @Test
  void admitWhenSomebodyGuessesElsewhereThenTheClientIsNotHeldUp() {
    exhaust(ELSEWHERE, "c-1");
    throttle.admit(HERE, "c-1");
  }

  @Test
  void admitWhenOneClientFailsThenOthersHereAreNotHeldUp() {
    exhaust(HERE, "c-1");
    throttle.admit(HERE, "c-2");
  }

  @Test
  void admitWhenOthersUseTheSourceUpThenWhoSucceededLatelyGoesOn() {
    throttle.succeeded(HERE, "c-1");
    useUp(HERE);
    throttle.admit(HERE, "c-1");
    refused(() -> throttle.admit(HERE, "c-2"));
    refused(() -> throttle.admit(HERE));
    exhaust(HERE, "c-1");
    refused(() -> throttle.admit(HERE, "c-1"));
  }

  @Test
  void admitWhenSuccessWasLongAgoThenItCountsNoMore() {
    throttle.succeeded(HERE, "c-1");
    clock.advance(Duration.ofMinutes(119));
    useUp(HERE);
    throttle.admit(HERE, "c-1");
    clock.advance(Duration.ofMinutes(1));
    useUp(HERE);
    refused(() -> throttle.admit(HERE, "c-1"));
  }

  @Test
  void admitWhenFailuresAreOfAllClientsThenTheSourceWaits() {
    useUp(HERE);
    refused(() -> throttle.admit(HERE, "c-1"));
  }

  @Test
  void admitWhenClientIdsAreTooLongThenTheyAreOne() {
    for (int i = 0; i < 20; i++) {
      throttle.failed(HERE, "x".repeat(65) + i);
    }
    refused(() -> throttle.admit(HERE, "y".repeat(65)));
  }

  @Test
  void knockWhenTooOftenThenWaitsAndOthersDoNot() {
    for (int i = 0; i < 1_000; i++) {
      throttle.knock(HERE);
    }
    refused(() -> throttle.knock(HERE));
    throttle.knock(ELSEWHERE);
    throttle.admit(HERE, "c-1");
    clock.advance(Duration.ofMillis(10));
    throttle.knock(HERE);
    refused(() -> throttle.knock(HERE));
  }

  private void useUp(String source) {
    for (int i = 0; i < 200; i++) {
      throttle.failed(source);
    }
  }

  private void exhaust(String source, String client) {
    for (int i = 0; i < 20; i++) {
      throttle.admit(source, client);
      throttle.failed(source, client);
    }
  }

  private static void refused(ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
              assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
  }
}
