package org.heliogate.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessReportsTest {

  @Test
  void currentWhenNobodyReportsThenNotReady() {
    assertThat(new ReadinessReports().current().ready()).isFalse();
  }

  @Test
  void currentWhenReportedThenAsksAnewEachTime() {
    ReadinessReports reports = new ReadinessReports();
    boolean[] ready = {true};
    reports.comeFrom(() -> new ReadinessReport(ready[0], Map.of("hsm", "up")));
    assertThat(reports.current().ready()).isTrue();
    ready[0] = false;
    assertThat(reports.current().ready()).isFalse();
  }
}
