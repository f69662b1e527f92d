package org.heliogate.bench.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the benchmark shows.
 *
 * @param peerName the peer, empty without one
 * @param conditions how it was measured, sentences
 * @param levels the figures; the first level is what the others are compared with
 * @param calibration what this machine did in the same run, label to value with unit
 * @param surroundings what it ran on, label to value
 */
public record TokensAccount(
    String peerName,
    List<String> conditions,
    List<Level> levels,
    Map<String, String> calibration,
    Map<String, String> surroundings) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OURS = "Heliogate";

  /** The share of its own rate that the product should keep when it has many clients. */
  private static final double GOAL_AT_LARGE = 0.8;

  private static final String LINE = "  %-14s %-16s %9s %9s %9s %8s %9s %7s %7s %7s";

  /** How many answers were wrong in all that was counted. */
  public long wrong() {
    return levels.stream().mapToLong(Level::wrong).sum();
  }

  /** Prints it for a person. */
  public void print(PrintWriter out) {
    out.println(
        "Tokens, permissions and introspection" + (peerName.isEmpty() ? "" : ", and " + peerName));
    conditions.forEach(condition -> out.println("  " + condition));
    for (Level level : levels) {
      out.println();
      out.println(heading(level));
      out.println(
          LINE.formatted(
              "", "", "ops/s", "p50 ms", "p99 ms", "wrong", "CPU ms/op", "CPUs", "load's", "MiB"));
      for (Operation operation : level.ours().keySet()) {
        print(out, level, operation);
      }
    }
    for (Level level : levels.subList(Math.min(1, levels.size()), levels.size())) {
      out.println();
      out.println(
          "This product's rate at %,d, of that at %,d"
              .formatted(level.size(), levels.get(0).size()));
      for (Operation operation : level.ours().keySet()) {
        double share = share(level, operation);
        out.println(
            "  %-14s %.0f %%, goal %.0f %%, %s"
                .formatted(
                    operation.label(),
                    share * 100,
                    GOAL_AT_LARGE * 100,
                    verdict(share >= GOAL_AT_LARGE)));
      }
    }
    section(out, "This machine, in the same run", calibration);
    section(out, "Measured on", surroundings);
    out.flush();
  }

  private static String heading(Level level) {
    String peer =
        level.peerSize() == 0 || level.peerSize() == level.size()
            ? ""
            : " (the peer: %,d)".formatted(level.peerSize());
    return "%,d clients and resources%s".formatted(level.size(), peer);
  }

  private void print(PrintWriter out, Level level, Operation operation) {
    List<Sample> ours = level.ours().getOrDefault(operation, List.of());
    List<Sample> peers = level.peer().getOrDefault(operation, List.of());
    if (ours.isEmpty()) {
      return;
    }
    Summary own = Summary.of(ours);
    out.println(line(operation.label(), OURS, own));
    faults(out, ours);
    if (peers.isEmpty()) {
      return;
    }
    Summary peer = Summary.of(peers);
    out.println(line("", peerName, peer));
    faults(out, peers);
    double[] ratios = level.ratios(operation);
    double ratio = Summary.median(ratios);
    String goal =
        operation.goal() == 0
            ? ""
            : "; goals: rate %d x, %s; p99 not above the peer's, %s"
                .formatted(
                    operation.goal(),
                    verdict(ratio >= operation.goal()),
                    verdict(own.p99Millis() <= peer.p99Millis()));
    out.println(
        "  %-14s rate %.2f x (rounds: %s), p99 %.2f x%s"
            .formatted(
                "",
                ratio,
                Arrays.stream(ratios).mapToObj("%.2f"::formatted).collect(Collectors.joining(", ")),
                own.p99Millis() / peer.p99Millis(),
                goal));
  }

  private static String verdict(boolean met) {
    return met ? "met" : "missed";
  }

  private static String line(String operation, String who, Summary figures) {
    return LINE.formatted(
        operation,
        who,
        "%,.0f".formatted(figures.rate()),
        "%.2f".formatted(figures.medianMillis()),
        "%.2f".formatted(figures.p99Millis()),
        figures.wrong() == 0 ? "0" : figures.wrong() + " (!)",
        "%.3f".formatted(figures.serverCpuMillis()),
        "%.2f".formatted(figures.serverCores()),
        "%.2f".formatted(figures.generatorCores()),
        "%,.0f".formatted(figures.residentMib()));
  }

  private static void faults(PrintWriter out, List<Sample> rounds) {
    Set<String> faults = new LinkedHashSet<>();
    rounds.forEach(sample -> faults.addAll(sample.faults()));
    faults.forEach(fault -> out.println("  %-14s (!) %s".formatted("", fault)));
  }

  private double share(Level level, Operation operation) {
    List<Sample> first = levels.get(0).ours().getOrDefault(operation, List.of());
    List<Sample> here = level.ours().getOrDefault(operation, List.of());
    return first.isEmpty() || here.isEmpty()
        ? 0
        : Summary.of(here).rate() / Summary.of(first).rate();
  }

  private static void section(PrintWriter out, String heading, Map<String, String> lines) {
    out.println();
    out.println(heading);
    lines.forEach((label, value) -> out.println("  %-50s  %s".formatted(label, value)));
  }

  /** The same for a machine, with every round; durations in milliseconds. */
  public ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("peer", peerName);
    conditions.forEach(json.putArray("conditions")::add);
    ArrayNode all = json.putArray("levels");
    for (Level level : levels) {
      ObjectNode one = all.addObject();
      one.put("clients", level.size());
      one.put("peer_clients", level.peerSize());
      for (Operation operation : level.ours().keySet()) {
        ObjectNode figures = one.putObject(operation.key());
        rounds(figures.putArray("heliogate"), level.ours().getOrDefault(operation, List.of()));
        rounds(figures.putArray("peer"), level.peer().getOrDefault(operation, List.of()));
        double[] ratios = level.ratios(operation);
        if (ratios.length > 0) {
          figures.put("ratio", Summary.median(ratios));
        }
        if (level != levels.get(0)) {
          figures.put("share_of_first_level", share(level, operation));
        }
      }
    }
    calibration.forEach(json.putObject("calibration")::put);
    surroundings.forEach(json.putObject("surroundings")::put);
    return json;
  }

  private static void rounds(ArrayNode array, List<Sample> samples) {
    for (Sample sample : samples) {
      ObjectNode round = array.addObject();
      round.put("per_second", sample.rate());
      round.put("median_ms", Summary.millis(sample.median()));
      round.put("p99_ms", Summary.millis(sample.p99()));
      round.put("right", sample.right());
      round.put("wrong", sample.wrong());
      sample.faults().forEach(round.putArray("faults")::add);
      round.put("server_cpu_ms", Summary.millis(sample.serverCpu()));
      round.put("generator_cpu_ms", Summary.millis(sample.generatorCpu()));
      round.put("server_cpus", sample.serverCores());
      round.put("generator_cpus", sample.generatorCores());
      round.put("resident_kib", sample.residentKiB());
    }
  }
}
