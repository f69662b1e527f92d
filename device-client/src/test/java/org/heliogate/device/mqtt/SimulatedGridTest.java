package org.heliogate.device.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SimulatedGridTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final SimulatedGrid grid = new SimulatedGrid(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void measureWhenRepeatedThenIsTheSame() {
    assertThat(grid.measure("SE-1", 7)).isEqualTo(grid.measure("SE-1", 7));
    assertThat(grid.measure("SE-1", 7)).isNotEqualTo(grid.measure("SE-1", 8));
    assertThat(grid.measure("SE-1", 7)).isNotEqualTo(grid.measure("SE-2", 7));
  }

  @Test
  void measureWhenSwingingThenStaysNearNominal() {
    for (int sequence = 1; sequence < 100; sequence++) {
      PhasorMeasurement measurement = grid.measure("SE-1", sequence);
      assertThat(measurement.frequencyHertz()).isBetween(49.9, 50.1);
      assertThat(measurement.phasors())
          .hasSize(6)
          .allSatisfy(p -> assertThat(p.angleRadians()).isBetween(-Math.PI, Math.PI));
    }
  }

  @Test
  void toJsonWhenWrittenThenHasTheFieldsOfADataFrame() throws Exception {
    JsonNode json = new ObjectMapper().readTree(grid.measure("SE-1", 3).toJson());

    assertThat(json.path("device").asText()).isEqualTo("SE-1");
    assertThat(json.path("timestamp").asText()).isEqualTo("2026-11-01T00:00:00Z");
    assertThat(json.path("sequence").asLong()).isEqualTo(3);
    assertThat(json.path("frequency").isNumber()).isTrue();
    assertThat(json.path("rocof").isNumber()).isTrue();
    assertThat(json.path("phasors").get(0).path("name").asText()).isEqualTo("VA");
    assertThat(json.path("phasors").get(0).path("angle").isNumber()).isTrue();
  }
}
