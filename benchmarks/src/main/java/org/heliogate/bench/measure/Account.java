package org.heliogate.bench.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark shows: its figures with their goals, and beside them what they were measured on.
 *
 * @param title the benchmark's name
 * @param conditions how it was measured, sentences
 * @param figures the figures, in the order of the table
 * @param calibration what this machine did in the same run, label to value with unit
 * @param surroundings what it ran on, label to value
 */
public record Account(
    String title,
    List<String> conditions,
    List<Series> figures,
    Map<String, String> calibration,
    Map<String, String> surroundings) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Prints it for a person. */
  public void print(PrintWriter out) {
    out.println(title);
    conditions.forEach(condition -> out.println("  " + condition));
    out.println();
    row(out, "milliseconds a device", "n", "median", "p99", "max", "goal");
    for (Series series : figures) {
      row(
          out,
          series.label(),
          Long.toString(series.count()),
          millis(series.median()),
          millis(series.atPercentile(99)),
          millis(series.longest()),
          goal(series));
    }
    section(out, "This machine, in the same run", calibration);
    section(out, "Measured on", surroundings);
    out.flush();
  }

  private static void row(PrintWriter out, String label, String... cells) {
    StringBuilder line = new StringBuilder("  %-50s".formatted(label));
    for (int i = 0; i < cells.length; i++) {
      line.append(i == cells.length - 1 ? "  " + cells[i] : "%9s".formatted(cells[i]));
    }
    out.println(line.toString().stripTrailing());
  }

  private static void section(PrintWriter out, String heading, Map<String, String> lines) {
    out.println();
    out.println(heading);
    lines.forEach((label, value) -> out.println("  %-50s  %s".formatted(label, value)));
  }

  private static String goal(Series series) {
    Duration goal = series.goal();
    if (goal == null) {
      return "";
    }
    boolean met = series.median().compareTo(goal) <= 0;
    return "%d, %s".formatted(goal.toMillis(), met ? "met by the median" : "missed by the median");
  }

  private static String millis(Duration duration) {
    return "%.1f".formatted(exactMillis(duration));
  }

  private static double exactMillis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  /** The same for a machine, durations in milliseconds. */
  public ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("title", title);
    conditions.forEach(json.putArray("conditions")::add);
    ObjectNode named = json.putObject("figures_ms");
    for (Series series : figures) {
      ObjectNode figure = named.putObject(series.key());
      figure.put("n", series.count());
      figure.put("median", exactMillis(series.median()));
      figure.put("p99", exactMillis(series.atPercentile(99)));
      figure.put("max", exactMillis(series.longest()));
      Duration goal = series.goal();
      if (goal != null) {
        figure.put("goal", goal.toMillis());
      }
    }
    calibration.forEach(json.putObject("calibration")::put);
    surroundings.forEach(json.putObject("surroundings")::put);
    return json;
  }
}
