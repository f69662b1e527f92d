package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacingTest {

  private final Pacing pacing = new Pacing();

  @Test
  void tookWhenBrokerIsSlowThenOneCommandAtATimeAndBoundedPause() {
    pacing.took(8, Duration.ofMillis(800));
    assertThat(pacing.batchSize()).isEqualTo(1);
    assertThat(pacing.pause()).isEqualTo(Pacing.MAX_PAUSE);
  }

  @Test
  void tookWhenBrokerIsFastThenBatchesGrowStepByStepAndPauseIsShort() {
    pacing.took(8, Duration.ofMillis(4));
    assertThat(pacing.batchSize()).isEqualTo(16);
    assertThat(pacing.pause()).isEqualTo(Duration.ofMillis(4));
    for (int i = 0; i < 10; i++) {
      pacing.took(8, Duration.ofNanos(1));
    }
    assertThat(pacing.batchSize()).isEqualTo(64);
  }

  @Test
  void tookWhenAtSevenMillisACommandThenFitsTheTarget() {
    pacing.took(8, Duration.ofMillis(56));
    assertThat(pacing.batchSize()).isEqualTo(7);
  }
}
