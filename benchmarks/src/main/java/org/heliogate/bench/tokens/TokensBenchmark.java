package org.heliogate.bench.tokens;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.bench.measure.Calibration;
import org.heliogate.bench.tokens.Contender.Running;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark of tokens: this product and a peer, one after the other, round by round, so that a
 * drift of the machine meets both.
 */
public final class TokensBenchmark {

  private final Workspace workspace;
  private final Consumer<String> progress;
  private final Thread stop = new Thread(this::stop, "stop");
  private final Map<String, String> security = new LinkedHashMap<>();
  private @Nullable Contender active;

  /**
   * A benchmark in the workspace that the environment names.
   *
   * @param environment as {@code ./heliogate bench} sets it
   * @param progress told what is done at the moment
   */
  public TokensBenchmark(Map<String, String> environment, Consumer<String> progress)
      throws IOException {
    this.workspace = Workspace.in(environment);
    this.progress = progress;
  }

  /**
   * How it is to be run.
   *
   * @param operations what is measured, at least one
   * @param clients the numbers of clients and resources, the smallest first
   * @param connections how many connections are kept open
   * @param warmUp how long each operation runs uncounted
   * @param during how long it is counted
   * @param rounds how often
   * @param keycloak where a Keycloak is unpacked that is measured beside it, null for none
   * @param mostForKeycloak how many clients and resources that one gets at most
   */
  public record Plan(
      Set<Operation> operations,
      List<Integer> clients,
      int connections,
      Duration warmUp,
      Duration during,
      int rounds,
      @Nullable Path keycloak,
      int mostForKeycloak) {}

  /** Those who are measured at a level. */
  private record Contest(Level level, Contender ours, @Nullable Contender peer) {}

  /** Runs it; what it started has ended afterwards, even if the JVM is asked to end. */
  public TokensAccount run(Plan plan) throws IOException, GeneralSecurityException {
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      return measured(plan);
    } finally {
      stop();
    }
  }

  private TokensAccount measured(Plan plan) throws IOException, GeneralSecurityException {
    List<Contest> contests = new ArrayList<>();
    for (int size : plan.clients()) {
      contests.add(contest(size, plan));
    }
    progress.accept("calibrating");
    double load = load();
    Calibration calibration = Calibration.measure(workspace.directory());
    Measurement measurement =
        new Measurement(plan.operations(), plan.connections(), plan.warmUp(), plan.during());
    for (int round = 1; round <= plan.rounds(); round++) {
      String where = "round %d of %d".formatted(round, plan.rounds());
      for (Contest contest : contests) {
        contest.level().addOurs(samples(contest.ours(), measurement, where));
        if (contest.peer() != null) {
          contest.level().addPeer(samples(contest.peer(), measurement, where));
        }
      }
    }
    return new TokensAccount(
        plan.keycloak() == null ? "" : Keycloak.name(plan.keycloak()),
        List.of(
            "%d HTTPS connections kept alive, each with one operation at a time, for clients drawn at random."
                .formatted(plan.connections()),
            "Rounds: %d, the table has the medians. Each operation %d s uncounted, then %d s counted. Every answer was checked."
                .formatted(plan.rounds(), plan.warmUp().toSeconds(), plan.during().toSeconds())),
        contests.stream().map(Contest::level).toList(),
        calibration.lines(),
        surroundings(load));
  }

  private Contest contest(int size, Plan plan) throws IOException {
    Contender ours = new Heliogate(workspace, size, progress);
    prepared(ours);
    if (plan.keycloak() == null) {
      return new Contest(Level.of(size, 0), ours, null);
    }
    int fewer = Math.min(size, plan.mostForKeycloak());
    Contender peer = new Keycloak(workspace, plan.keycloak(), fewer, progress);
    prepared(peer);
    return new Contest(Level.of(size, fewer), ours, peer);
  }

  private Map<Operation, Sample> samples(Contender contender, Measurement measurement, String where)
      throws IOException {
    String what = "%s, %s, %,d clients".formatted(where, contender.name(), contender.size());
    progress.accept(what + ": starting");
    hold(contender);
    try {
      Running started = contender.start();
      return measurement.of(
          started,
          doing -> progress.accept(what + ": " + doing),
          negotiated -> security.put(contender.name() + ", connections", negotiated));
    } finally {
      stop();
    }
  }

  private void prepared(Contender contender) throws IOException {
    hold(contender);
    try {
      contender.prepare();
    } finally {
      stop();
    }
  }

  private synchronized void hold(Contender contender) {
    active = contender;
  }

  private synchronized void stop() {
    if (active != null) {
      active.stop();
      active = null;
    }
  }

  private Map<String, String> surroundings(double loadBefore) {
    Map<String, String> lines = new LinkedHashMap<>(security);
    lines.put("the load generator's TLS", LoadGenerator.provider());
    lines.put("Java of all", Runtime.version().toString());
    lines.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    lines.put("load average before and after", "%.2f and %.2f".formatted(loadBefore, load()));
    return lines;
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
