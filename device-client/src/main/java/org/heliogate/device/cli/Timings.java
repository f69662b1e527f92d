package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.heliogate.device.Step;
import org.heliogate.device.StepListener;

/** How long the steps of one device took; a step done several times is summed up. */
final class Timings implements StepListener {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Step, Duration> durations = new EnumMap<>(Step.class);

  @Override
  public synchronized void completed(Step step, Duration took) {
    durations.merge(step, took, Duration::plus);
  }

  /** Milliseconds with three decimals, by step. */
  synchronized ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    durations.forEach((step, took) -> json.put(step.key(), Math.round(took.toNanos() / 1e3) / 1e3));
    return json;
  }
}
