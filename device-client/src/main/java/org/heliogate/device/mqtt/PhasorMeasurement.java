package org.heliogate.device.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * One synchrophasor measurement with the fields of an IEEE C37.118 data frame.
 *
 * @param device the device's master ID
 * @param timestamp when it was taken
 * @param sequence its number, from 1
 * @param frequencyHertz the grid's frequency, Hz
 * @param rocofHertzPerSecond the frequency's rate of change, Hz/s
 * @param phasors the phasors, one a phase
 */
public record PhasorMeasurement(
    String device,
    Instant timestamp,
    long sequence,
    double frequencyHertz,
    double rocofHertzPerSecond,
    List<Phasor> phasors) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One phasor.
   *
   * @param name the measured quantity, for example {@code VA}
   * @param magnitude its root mean square, V or A
   * @param angleRadians its angle, in (-π, π]
   */
  public record Phasor(String name, double magnitude, double angleRadians) {}

  /** The measurement as a JSON object in UTF-8. */
  public byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("device", device);
    json.put("timestamp", timestamp.toString());
    json.put("sequence", sequence);
    json.put("frequency", frequencyHertz);
    json.put("rocof", rocofHertzPerSecond);
    for (Phasor phasor : phasors) {
      json.withArray("phasors")
          .addObject()
          .put("name", phasor.name())
          .put("magnitude", phasor.magnitude())
          .put("angle", phasor.angleRadians());
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
