package org.heliogate.bench.onboarding;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.measure.Account;
import org.heliogate.bench.measure.Calibration;
import org.heliogate.bench.measure.Series;
import org.heliogate.device.ClientContext;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.StepListener;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.HttpTransport;
import org.heliogate.device.http.Pause;
import org.heliogate.device.http.RetryPolicy;
import org.heliogate.device.http.Trust;

/**
 * The benchmark of onboarding: devices that were never seen, one after another, at an instance that
 * does nothing else. What it made is gone afterwards: its devices are retired, its files removed.
 */
public final class OnboardingBenchmark {

  /** A request that is answered with 429 or 503 fails: repeated, it would spoil the figures. */
  private static final RetryPolicy NO_RETRY =
      new RetryPolicy(Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(2));

  private final Instance instance;
  private final Trust trust;
  private final AuthorizationServer server;
  private final Administration administration;
  private final ClientContext context;
  private final Onboarding onboarding;
  private final Path directory;
  private final Consumer<String> progress;

  /**
   * Connects to an instance.
   *
   * @param instance the instance
   * @param clock the time
   * @param progress told what is done at the moment
   */
  public OnboardingBenchmark(Instance instance, Clock clock, Consumer<String> progress)
      throws IOException {
    this.instance = instance;
    this.progress = progress;
    this.directory = instance.home().resolve("bench");
    String authorities = Files.readString(instance.caFile(), StandardCharsets.US_ASCII);
    this.trust = Trust.of(authorities, instance.caFile().toString());
    HttpTransport transport =
        new HttpTransport(trust.sslContext(null), NO_RETRY, clock, Pause.SLEEPING);
    this.server = new AuthorizationServer(instance.issuer(), transport);
    this.administration = Administration.of(instance, server, transport);
    this.context =
        new ClientContext(server, clock, ClientContext.STANDARD_PATIENCE, StepListener.NONE);
    CertificateCheck certificates =
        new CertificateCheck(Trust.certificates(authorities, instance.caFile().toString()));
    this.onboarding = new Onboarding(server, certificates, clock);
  }

  /**
   * Runs it.
   *
   * @param devices how many devices are measured, at least 1
   * @param warmUp how many are onboarded before them, unmeasured
   * @param kind the kind of their secure elements
   * @return the figures
   * @throws WrongAnswerException when an answer was not what the contract promises
   * @throws DeviceException when a request was refused, or a server could not be reached
   */
  public Account run(int devices, int warmUp, ElementKind kind)
      throws IOException, GeneralSecurityException {
    remove(directory);
    try {
      Workload workload = new Workload(directory, warmUp + devices);
      progress.accept("making %d secure elements".formatted(warmUp + devices));
      String manifest = workload.make(kind, System.getenv(), id -> {});
      administration.putWorkflow(Workload.WORKFLOW, Workload.WORKFLOW_DOCUMENT);
      try (LoadedDevices loaded = LoadedDevices.load(administration, manifest, workload.ids())) {
        Account account = measured(workload, devices, warmUp, kind);
        progress.accept("retiring %d devices".formatted(loaded.ids().size()));
        return account;
      }
    } finally {
      remove(directory);
    }
  }

  private Account measured(Workload workload, int devices, int warmUp, ElementKind kind)
      throws IOException, GeneralSecurityException {
    progress.accept("warming up with %d devices".formatted(warmUp));
    onboard(workload, 0, warmUp);
    progress.accept("calibrating");
    double load = load();
    RoundTrips floor = RoundTrips.measure(server, trust);
    Calibration calibration = Calibration.measure(directory);
    progress.accept("measuring %d devices".formatted(devices));
    Map<Phase, Series> figures = onboard(workload, warmUp, warmUp + devices);
    return new Account(
        "Onboarding, one device after another",
        List.of(
            "After %d devices that are not counted: code is compiled, the HTTPS connection is open."
                .formatted(warmUp),
            "Each device makes a new TLS connection to the broker. Every answer was checked."),
        List.copyOf(figures.values()),
        lines(calibration, floor),
        surroundings(kind, load));
  }

  private Map<Phase, Series> onboard(Workload workload, int from, int to) {
    Map<Phase, Series> figures = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      figures.put(phase, phase.series());
    }
    List<String> ids = workload.ids();
    for (int i = from; i < to; i++) {
      String foreignTopic = Workload.topic(ids.get(i == 0 ? ids.size() - 1 : i - 1));
      try (SecureElement element = workload.open(ids.get(i))) {
        String assertion = workload.device(context, element).assertion();
        Map<Phase, Duration> taken = onboarding.of(element, assertion, foreignTopic);
        figures.forEach((phase, series) -> series.add(taken.getOrDefault(phase, Duration.ZERO)));
      }
    }
    return figures;
  }

  private static Map<String, String> lines(Calibration calibration, RoundTrips floor) {
    Map<String, String> lines = calibration.lines();
    lines.put(
        "GET /oauth/jwks, connection kept alive, median",
        "%.2f ms".formatted(floor.request().toNanos() / 1e6));
    lines.put(
        "TCP and TLS handshake with the server, median",
        "%.2f ms".formatted(floor.handshake().toNanos() / 1e6));
    return lines;
  }

  private Map<String, String> surroundings(ElementKind kind, double loadBefore) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("secure elements", kind == ElementKind.SOFTWARE ? "files" : "PKCS#11 tokens");
    lines.put("database", instance.database());
    lines.put("server's Java", instance.serverJava().orElse("unknown"));
    lines.put("this Java", Runtime.version().toString());
    lines.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    lines.put("load average before and after", "%.2f and %.2f".formatted(loadBefore, load()));
    return lines;
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static void remove(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
