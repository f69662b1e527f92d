package org.heliogate.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.heliogate.bench.tokens.Operation;
import org.heliogate.bench.tokens.TokensAccount;
import org.heliogate.bench.tokens.TokensBenchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tokens}: access tokens, permissions and introspection under load, beside a peer. */
@Command(
    name = "tokens",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how many access tokens, permissions (a ticket and its redemption) and"
          + " introspections a second the server answers, and how fast, with the same load on a"
          + " Keycloak, one after the other.",
      "Runs instances of its own below target/bench, on ports of their own; they end with the"
          + " benchmark, their clients and resources are kept for the next run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./heliogate bench tokens --quick",
      "  ./heliogate bench tokens --keycloak none --large 100000",
      "  HELIOGATE_JAVA_OPTS=-XX:StartFlightRecording=filename=/tmp/tokens.jfr \\",
      "    ./heliogate bench tokens --keycloak none --rounds 1 --seconds 60"
    })
final class TokensCommand implements Callable<Integer> {

  private static final int MOST_CLIENTS = 1_000_000;
  private static final int MOST_CONNECTIONS = 1_000;

  @Spec CommandSpec spec;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many clients there are, and how many resources (${DEFAULT-VALUE}).")
  int clients;

  @Option(
      names = "--large",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "A second, larger number to be measured beside it, for example 100000; 0 for none"
              + " (${DEFAULT-VALUE}). Making 100000 takes minutes, once.")
  int large;

  @Option(
      names = "--keycloak",
      paramLabel = "VERSION|none",
      description =
          "The Keycloak to be measured beside it, which Maven downloads; none for none"
              + " (the version in the root pom.xml).")
  @Nullable String keycloak;

  @Option(
      names = "--keycloak-most",
      paramLabel = "N",
      defaultValue = "5000",
      description =
          "How many clients and resources Keycloak gets at most, whatever --large says"
              + " (${DEFAULT-VALUE}): it takes very long to import more.")
  int mostForKeycloak;

  @Option(
      names = "--only",
      paramLabel = "OPERATION",
      split = ",",
      description = "Measures only these of: ${COMPLETION-CANDIDATES}.")
  Set<Operation> only = EnumSet.allOf(Operation.class);

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many HTTPS connections are kept open (${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "15",
      description = "How long each operation is counted (${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "45",
      description =
          "How many seconds it runs before, uncounted (${DEFAULT-VALUE}). Each round starts the"
              + " servers anew; on two cores their code is compiled only after about a minute.")
  int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often all is measured; the table has the medians (${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--quick",
      description = "One round of 8 seconds' warm-up and 10 counted, whatever else is said.")
  boolean quick;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also writes the figures of every round to this file, as JSON.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    within("--clients", clients, 1, MOST_CLIENTS);
    within("--large", large, 0, MOST_CLIENTS);
    within("--keycloak-most", mostForKeycloak, 1, MOST_CLIENTS);
    within("--connections", connections, 1, MOST_CONNECTIONS);
    within("--seconds", seconds, 1, 3600);
    within("--warmup", warmUp, 0, 3600);
    within("--rounds", rounds, 1, 100);
    if (large != 0 && large <= clients) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--large must be more than --clients");
    }
    if (quick) {
      rounds = 1;
      warmUp = 8;
      seconds = 10;
    }
    List<Integer> sizes = new ArrayList<>(List.of(clients));
    if (large != 0) {
      sizes.add(large);
    }
    PrintWriter progress = spec.commandLine().getErr();
    TokensAccount account =
        new TokensBenchmark(
                System.getenv(),
                doing -> {
                  progress.println("  " + doing);
                  progress.flush();
                })
            .run(
                new TokensBenchmark.Plan(
                    EnumSet.copyOf(only),
                    sizes,
                    connections,
                    Duration.ofSeconds(warmUp),
                    Duration.ofSeconds(seconds),
                    rounds,
                    unpacked(),
                    mostForKeycloak));
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    account.print(out);
    if (json != null) {
      Files.writeString(json, account.json().toPrettyString() + "\n");
    }
    return account.wrong() == 0 ? 0 : CommandLine.ExitCode.SOFTWARE;
  }

  /** Where {@code ./heliogate bench} has put the peer; null without one. */
  private @Nullable Path unpacked() {
    String directory = System.getenv("HELIOGATE_BENCH_KEYCLOAK");
    boolean without = "none".equals(keycloak) || directory == null || directory.isEmpty();
    return without ? null : Path.of(directory);
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "%s must be from %d to %d".formatted(option, least, most));
    }
  }
}
