package org.heliogate.authz.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayPaceTest {

  private final RelayPace pace = new RelayPace();

  @Test
  void mostWhenServerIsQuickThenGrowsToTheBound() {
    for (int i = 0; i < 10; i++) {
      pace.took(pace.most(), Duration.ofMillis(pace.most()));
    }
    assertThat(pace.most()).isEqualTo(RelayPace.MAX);
  }

  @Test
  void mostWhenServerIsSlowThenWhatItTakesInASecond() {
    pace.took(8, Duration.ofMillis(1_600));
    assertThat(pace.most()).isEqualTo(5);
  }

  @Test
  void mostWhenOneTakesVeryLongThenOneAndSoonMore() {
    pace.took(8, Duration.ofMinutes(1));
    assertThat(pace.most()).isEqualTo(1);
    pace.took(1, Duration.ofMillis(1));
    assertThat(pace.most()).isEqualTo(2);
  }

  @Test
  void mostWhenBatchWasEmptyThenStays() {
    int before = pace.most();
    pace.took(0, Duration.ofMinutes(1));
    assertThat(pace.most()).isEqualTo(before);
  }
}
