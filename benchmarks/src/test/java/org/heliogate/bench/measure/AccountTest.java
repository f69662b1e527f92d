package org.heliogate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccountTest {

  private final Series quick = series("quick", Duration.ofMillis(100), 40, 50, 60);
  private final Series slow = series("slow", Duration.ofMillis(100), 40, 150, 160);
  private final Series part = series("part", null, 7);
  private final Account account =
      new Account(
          "A benchmark",
          List.of("Warm."),
          List.of(quick, slow, part),
          Map.of("signatures", "1,700 a second"),
          Map.of("database", "H2 file"));

  private static Series series(String name, @Nullable Duration goal, long... millis) {
    Series series = new Series(name, name + " step", goal);
    for (long value : millis) {
      series.add(Duration.ofMillis(value));
    }
    return series;
  }

  @Test
  void printWhenStepHasAGoalThenSaysWhetherTheMedianMeetsIt() {
    assertThat(line("quick step")).matches(" +quick step +3 +50\\.0 +60\\.0 +60\\.0 +100, met .*");
    assertThat(line("slow step")).contains("100, missed by the median");
  }

  @Test
  void printWhenStepHasNoGoalThenLeavesItOpen() {
    assertThat(line("part step")).matches(" +part step +1 +7\\.0 +7\\.0 +7\\.0");
  }

  @Test
  void printWhenCalledThenShowsWhatItWasMeasuredOn() {
    assertThat(line("signatures")).contains("1,700 a second");
    assertThat(line("database")).contains("H2 file");
    assertThat(printed()).startsWith("A benchmark").contains("  Warm.");
  }

  @Test
  void jsonWhenCalledThenHasMillisecondsAndGoals() {
    ObjectNode json = account.json();

    assertThat(json.at("/figures_ms/quick/median").asDouble()).isBetween(50.0, 50.1);
    assertThat(json.at("/figures_ms/quick/goal").asInt()).isEqualTo(100);
    assertThat(json.at("/figures_ms/part/n").asInt()).isEqualTo(1);
    assertThat(json.at("/figures_ms/part/goal").isMissingNode()).isTrue();
    assertThat(json.at("/calibration/signatures").asText()).isEqualTo("1,700 a second");
    assertThat(json.at("/surroundings/database").asText()).isEqualTo("H2 file");
  }

  private String printed() {
    StringWriter text = new StringWriter();
    account.print(new PrintWriter(text));
    return text.toString();
  }

  private String line(String part) {
    return printed().lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }
}
