package org.heliogate.device.maker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.failure.ConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalisationTest {

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path root;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Path manifest;

  @BeforeEach
  void nameManifest() {
    manifest = root.resolve("manifest.ndjson");
  }

  private Personalisation.Report personalise(String... ids) {
    return new Personalisation(
            root,
            manifest,
            ElementKind.SOFTWARE,
            (blanks, progress) -> {
              throw new AssertionError("not asked for");
            })
        .personalise(List.of(ids), List.of("w"), Map.of("feeder", "7"), id -> {});
  }

  @Test
  void personaliseWhenNewThenManifestHasWhatTheBulkLoadTakes() throws Exception {
    personalise("SE-1");

    JsonNode line = new ObjectMapper().readTree(Files.readString(manifest));
    List<String> members = new ArrayList<>();
    line.fieldNames().forEachRemaining(members::add);
    assertThat(members)
        .containsExactly("master_id", "public_key", "pin", "otp_secret", "workflows", "attributes");
    assertThat(line.path("master_id").asText()).isEqualTo("SE-1");
    assertThat(line.path("public_key").asText()).startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(line.path("pin").asText()).matches("[0-9]{6}");
    assertThat(line.path("otp_secret").binaryValue()).hasSize(32);
    assertThat(line.path("workflows").get(0).asText()).isEqualTo("w");
    assertThat(line.path("attributes").path("feeder").asText()).isEqualTo("7");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(manifest)))
        .isEqualTo("rw-------");
  }

  @Test
  void personaliseWhenRepeatedThenKeepsLinesAndAddsTheMissing() throws Exception {
    personalise("SE-1");
    String before = Files.readString(manifest);

    Personalisation.Report report = personalise("SE-1", "SE-2");

    assertThat(report.kept()).containsExactly("SE-1");
    assertThat(report.made()).containsExactly("SE-2");
    assertThat(Files.readString(manifest)).startsWith(before);
  }

  @Test
  void personaliseWhenLineOfAnElementIsMissingThenMakesNothing() throws Exception {
    personalise("SE-1");
    Files.delete(manifest);

    assertThatThrownBy(() -> personalise("SE-1", "SE-2"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SE-1");
    assertThat(DeviceDirectory.of(root, "SE-2").isPersonalised()).isFalse();
  }

  @Test
  void personaliseWhenElementOfALineIsElsewhereThenMakesNothing() throws Exception {
    Files.writeString(manifest, "{\"master_id\":\"SE-1\"}\n");

    assertThatThrownBy(() -> personalise("SE-1")).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void personaliseWhenInterruptedBeforeTheMarkThenStartsThatElementAgain() throws Exception {
    personalise("SE-1");
    Files.delete(DeviceDirectory.of(root, "SE-1").path().resolve("element.properties"));

    assertThat(personalise("SE-1").made()).containsExactly("SE-1");
    assertThat(Files.readAllLines(manifest)).hasSize(1);
  }

  @Test
  void personaliseWhenIdIsNoMasterIdThenIsRefused() {
    assertThatThrownBy(() -> personalise("a/b")).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void personaliseWhenManifestIsDamagedThenMessageQuotesNothingOfIt() throws Exception {
    Files.writeString(manifest, "{\"pin\":\"493027\", oops\n");

    assertThatThrownBy(() -> personalise("SE-1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("493027")
        .hasNoCause();
  }
}
