package org.heliogate.device.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WamsTest {

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path directory;

  private String[] here(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--directory";
    all[arguments.length + 1] = directory.toString();
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"personalise", "bootstrap", "credentials", "publish", "subscribe", "application"})
  void runWhenHelpIsAskedForThenSucceeds(String command) {
    assertThat(Wams.run(command, "--help")).isZero();
  }

  @Test
  void runWhenUsageIsWrongThenIs2() {
    assertThat(Wams.run("personalise", "--count", "many")).isEqualTo(2);
    assertThat(Wams.run("publish", "--interval", "soon")).isEqualTo(2);
  }

  @Test
  void runWhenSomethingIsMissingThenIs3() {
    assertThat(Wams.run(here("bootstrap"))).isEqualTo(3);
    assertThat(Wams.run(here("bootstrap", "--all"))).isEqualTo(3);
    assertThat(Wams.run(here("publish", "--device", "SE-000009"))).isEqualTo(3);
    assertThat(Wams.run(here("subscribe", "--application", "none", "--topic", "t"))).isEqualTo(3);
  }

  @Test
  void personaliseWhenSoftwareElementsThenMakesThem() {
    String manifest = directory.resolve("m.ndjson").toString();
    int exitCode =
        Wams.run(
            here(
                "personalise",
                "--count",
                "2",
                "--manifest",
                manifest,
                "--workflow",
                "w",
                "--element",
                "software"));

    assertThat(exitCode).isZero();
    assertThat(directory.resolve("devices/SE-000001/element.properties")).exists();
    assertThat(Files.exists(directory.resolve("devices/SE-000002/element/master.p12"))).isTrue();
  }

  @Test
  void parseWhenDurationThenHasItsUnit() {
    assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Durations.parse("60s")).isEqualTo(Duration.ofMinutes(1));
    assertThat(Durations.parse("2m")).isEqualTo(Duration.ofMinutes(2));
  }
}
