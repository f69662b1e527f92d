package org.heliogate.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.status.StatusBenchmark;
import org.heliogate.bench.status.StatusBenchmark.Answers;
import org.heliogate.bench.status.StatusBenchmark.Figures;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code status}: OCSP answers a second. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Asks the OCSP responder over plain HTTP about the broker's certificate, without a nonce and"
          + " with a new one each time, and shows answers a second beside the signatures a second of"
          + " a SoftHSM2 token in the same run.",
      "The exit code is 0 when every answer was right, however long it took."
    })
final class StatusCommand implements Callable<Integer> {

  private static final int MOST_CONNECTIONS = 1_000;
  private static final int MOST_SECONDS = 600;

  @Spec CommandSpec spec;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many ask at once (${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each is measured (${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "How many seconds each is asked before, uncounted (${DEFAULT-VALUE}). On two cores a new"
              + " server's code is compiled only after about a minute.")
  int warmUp;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    within("--connections", connections, 1, MOST_CONNECTIONS);
    within("--seconds", seconds, 1, MOST_SECONDS);
    within("--warmup", warmUp, 0, MOST_SECONDS);
    PrintWriter progress = spec.commandLine().getErr();
    Figures figures =
        new StatusBenchmark(
                Instance.in(System.getenv()),
                doing -> {
                  progress.println("  " + doing);
                  progress.flush();
                })
            .run(connections, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.printf("OCSP over plain HTTP, %d connections%n", connections);
    print(out, "without a nonce", figures.kept());
    print(out, "with a nonce", figures.signed());
    out.printf(
        "  %-24s %,9.0f a second (P-256, %d threads), %.2f of it reached%n",
        "signatures of a token",
        figures.ceiling(),
        connections,
        figures.signed().perSecond() / figures.ceiling());
    out.printf(
        "  %-24s %,9.0f a second (as above, and HTTP as without a nonce), %.2f of it reached%n",
        "the same with HTTP",
        figures.sharedCeiling(),
        figures.signed().perSecond() / figures.sharedCeiling());
    out.printf(
        "  %-24s %.1f on %d processors%n",
        "load average",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, String what, Answers answers) {
    out.printf(
        "  %-24s %,9.0f a second, median %.1f ms, p99 %.1f ms, server's CPU %.3f ms%n",
        what,
        answers.perSecond(),
        answers.median().toNanos() / 1e6,
        answers.p99().toNanos() / 1e6,
        answers.serverCpu().toNanos() / 1e6);
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "%s must be from %d to %d".formatted(option, least, most));
    }
  }
}
