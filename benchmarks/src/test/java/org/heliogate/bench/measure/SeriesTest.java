package org.heliogate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeriesTest {

  private final Series series = new Series("step", "a step", null);

  @Test
  void medianWhenManyValuesThenTheMiddleOne() {
    for (int millis = 1; millis <= 101; millis++) {
      series.add(Duration.ofMillis(millis));
    }

    assertThat(series.count()).isEqualTo(101);
    assertThat(series.median()).isBetween(Duration.ofMillis(51), Duration.ofMillis(52));
    assertThat(series.atPercentile(99)).isBetween(Duration.ofMillis(100), Duration.ofMillis(101));
    assertThat(series.longest()).isBetween(Duration.ofMillis(101), Duration.ofMillis(102));
  }

  @Test
  void medianWhenOneOutlierThenUnmoved() {
    series.add(Duration.ofMillis(2));
    series.add(Duration.ofMillis(2));
    series.add(Duration.ofMinutes(10));

    assertThat(series.median()).isBetween(Duration.ofMillis(2), Duration.ofNanos(2_010_000));
  }

  @Test
  void addWhenBeyondAnHourThenCountsAsAnHour() {
    series.add(Duration.ofDays(1));

    assertThat(series.longest()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
  }

  @Test
  void medianWhenEmptyThenZero() {
    assertThat(series.median()).isZero();
    assertThat(series.longest()).isZero();
  }
}
