package org.heliogate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarksTest {

  @Test
  void runWhenHelpIsAskedForThenZero() {
    assertThat(Benchmarks.run("onboarding", "--help")).isZero();
  }

  @Test
  void runWhenNoDevicesThenUsageError() {
    assertThat(Benchmarks.run("onboarding", "--devices", "0")).isEqualTo(2);
  }

  @Test
  void runWhenKindOfElementIsUnknownThenUsageError() {
    assertThat(Benchmarks.run("onboarding", "--element", "wax")).isEqualTo(2);
  }

  @Test
  void runWhenHelpOnTokensIsAskedForThenZero() {
    assertThat(Benchmarks.run("tokens", "--help")).isZero();
  }

  @Test
  void runWhenLargeNumberIsNotLargerThenUsageError() {
    assertThat(Benchmarks.run("tokens", "--clients", "200", "--large", "100")).isEqualTo(2);
    assertThat(Benchmarks.run("tokens", "--rounds", "0")).isEqualTo(2);
  }
}
