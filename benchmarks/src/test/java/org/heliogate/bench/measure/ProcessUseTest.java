package org.heliogate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessUseTest {

  @Test
  void parseWhenNameHasBlanksAndParenthesesThenCountsAfterIt() {
    String stat = "42 (a ) b) S 1 42 42 0 -1 4194560 1 2 3 4 250 150 7 8 20 0 51 0 999 1 2";
    String status = "Name:\ta ) b\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";

    assertThat(ProcessUse.parse(stat, status))
        .isEqualTo(new ProcessUse(Duration.ofSeconds(4), 1024, 2048));
  }

  @Test
  void ofWhenThisProcessThenHasUsedSomething() throws IOException {
    ProcessUse use = ProcessUse.of(ProcessHandle.current().pid());

    assertThat(use.cpu()).isPositive();
    assertThat(use.peakKiB()).isGreaterThanOrEqualTo(use.residentKiB()).isPositive();
  }
}
