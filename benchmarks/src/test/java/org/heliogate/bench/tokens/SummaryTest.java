package org.heliogate.bench.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

  static Sample sample(double rate, long p99Millis, long wrong, String... faults) {
    return new Sample(
        rate,
        Duration.ofMillis(p99Millis / 2),
        Duration.ofMillis(p99Millis),
        1_000,
        wrong,
        List.of(faults),
        Duration.ofNanos(500_000),
        Duration.ofNanos(100_000),
        1.5,
        0.3,
        (long) rate * 1_024);
  }

  @Test
  void ofWhenSeveralRoundsThenMediansButAllErrorsAndTheMostMemory() {
    Summary summary =
        Summary.of(List.of(sample(100, 30, 1), sample(900, 10, 2), sample(200, 20, 0)));

    assertThat(summary.rate()).isEqualTo(200);
    assertThat(summary.p99Millis()).isEqualTo(20);
    assertThat(summary.wrong()).isEqualTo(3);
    assertThat(summary.serverCpuMillis()).isEqualTo(0.5);
    assertThat(summary.residentMib()).isEqualTo(900);
  }

  @Test
  void medianWhenEvenNumberThenMeanOfTheMiddle() {
    assertThat(Summary.median(new double[] {4, 1, 2, 9})).isEqualTo(3);
    assertThat(Summary.median(new double[] {7})).isEqualTo(7);
  }
}
