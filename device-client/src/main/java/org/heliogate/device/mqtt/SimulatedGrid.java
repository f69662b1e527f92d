package org.heliogate.device.mqtt;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.device.mqtt.PhasorMeasurement.Phasor;

/**
 * A simulated 50 Hz low-voltage feeder: what a device measures follows from its ID and the number
 * of the measurement alone, only the timestamp is the clock's.
 */
public final class SimulatedGrid {

  private static final double NOMINAL_HERTZ = 50.0;
  private static final double SWING_HERTZ = 0.02;
  private static final double SWING_STEP = Math.PI / 30;
  private static final double VOLTS = 230.0;
  private static final double AMPERES = 40.0;
  private static final List<String> PHASES = List.of("A", "B", "C");

  private final Clock clock;

  /** Makes a simulation with a clock. */
  public SimulatedGrid(Clock clock) {
    this.clock = clock;
  }

  /**
   * One measurement.
   *
   * @param device the device's ID
   * @param sequence its number, from 1
   */
  public PhasorMeasurement measure(String device, long sequence) {
    double place = Math.floorMod(device.hashCode(), 360) * Math.PI / 180;
    double swing = sequence * SWING_STEP + place;
    List<Phasor> phasors = new ArrayList<>();
    for (int phase = 0; phase < PHASES.size(); phase++) {
      double angle = place - phase * 2 * Math.PI / 3 + 0.05 * Math.sin(swing);
      double voltage = VOLTS * (1 + 0.01 * Math.sin(swing + phase));
      phasors.add(new Phasor("V" + PHASES.get(phase), voltage, wrapped(angle)));
      double current = AMPERES * (1 + 0.1 * Math.cos(swing + phase));
      phasors.add(new Phasor("I" + PHASES.get(phase), current, wrapped(angle - 0.3)));
    }
    return new PhasorMeasurement(
        device,
        clock.instant(),
        sequence,
        NOMINAL_HERTZ + SWING_HERTZ * Math.sin(swing),
        SWING_HERTZ * SWING_STEP * Math.cos(swing),
        phasors);
  }

  private static double wrapped(double angle) {
    return Math.IEEEremainder(angle, 2 * Math.PI);
  }
}
