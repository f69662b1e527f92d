package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.hsm.ca.PkiLocations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code heliogate-pki}: makes the PKI before the server's first start, keeps it, and
 * shows it.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong arguments. Secrets come from files of the state
 * directory, never from arguments, and are never printed.
 */
@Command(
    name = "heliogate-pki",
    description = {
      "Makes the PKI of Heliogate before the server's first start, and keeps it.",
      "./heliogate ca gives --home, --issuer and --pki-uri by itself."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      CreateCommand.class,
      RolloverCommand.class,
      RequestCommand.class,
      ImportCommand.class,
      BackupCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class PkiCommand {

  @Spec private CommandSpec spec;

  private final Clock clock;

  PkiCommand(Clock clock) {
    this.clock = clock;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(commandLine(Clock.systemUTC()).execute(arguments));
  }

  static CommandLine commandLine(Clock clock) {
    return new CommandLine(new PkiCommand(clock))
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              commandLine.getErr().println("heliogate-pki: " + explained(failure));
              return 1;
            });
  }

  Clock clock() {
    return clock;
  }

  private static String explained(Exception failure) {
    StringBuilder text = new StringBuilder();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 8; depth++, cause = cause.getCause()) {
      String message = cause.getMessage();
      String part = message == null ? cause.getClass().getSimpleName() : message;
      if (text.indexOf(part) < 0) {
        text.append(text.isEmpty() ? "" : "\n  because: ").append(part);
      }
    }
    return text.toString();
  }

  @Command(
      name = "init",
      description = {
        "Makes keys and certificates that are missing; replaces nothing but certificates that end"
            + " soon or name other hosts.",
        "The token must be initialised; its PIN is read from HOME/secrets/hsm.pin, the password of"
            + " the PKCS#12 files from HOME/secrets/keystore.password."
      },
      mixinStandardHelpOptions = true)
  int init(
      @Option(
              names = "--home",
              required = true,
              defaultValue = "${env:HELIOGATE_HOME}",
              paramLabel = "DIR",
              description = "state directory")
          Path directory,
      @Option(
              names = "--host",
              paramLabel = "NAME",
              defaultValue = "localhost",
              description = "DNS name of server and broker; may be repeated (${DEFAULT-VALUE})")
          List<String> hosts,
      @Option(
              names = "--ip",
              paramLabel = "ADDRESS",
              description = "IP address of server and broker; may be repeated")
          @Nullable List<String> ips,
      @Option(
              names = "--issuer",
              defaultValue = "${env:HELIOGATE_ISSUER}",
              paramLabel = "URL",
              required = true,
              description = "base URL of the server; its host must be among the names")
          URI issuer,
      @Option(
              names = "--pki-uri",
              defaultValue = "${env:HELIOGATE_PKI_URI}",
              paramLabel = "URL",
              required = true,
              description = "plain-HTTP base of CRLs and CA certificates, goes into certificates")
          URI pki,
      @Option(
              names = "--organization",
              defaultValue = "Heliogate",
              description = "O of the CAs and servers (${DEFAULT-VALUE})")
          String organization,
      @Option(
              names = "--token-label",
              defaultValue = "heliogate",
              description = "label of the token (${DEFAULT-VALUE})")
          String tokenLabel,
      @Option(
              names = "--pkcs11-library",
              paramLabel = "FILE",
              description = "PKCS#11 library; SoftHSM2's if not given")
          @Nullable Path library,
      @Option(
              names = "--evaluation-pkcs12",
              description = "keep the CA keys in a file instead of on a token; for evaluation only")
          boolean evaluation)
      throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    PkiSettings settings =
        settings(hosts, ips, issuer, pki, organization, tokenLabel, library, evaluation);
    if (evaluation) {
      spec.commandLine()
          .getErr()
          .println(
              "WARNING: the CA keys are software keys in a file. Whoever reads it and its password"
                  + " is the CA. For evaluation only; use a token for everything else.");
    }
    PkiHome home = new PkiHome(directory);
    new PkiInitialisation(home, settings, clock, out).run();
    out.println("the PKI in " + home.pki("") + " is complete");
    out.flush();
    return 0;
  }

  private PkiSettings settings(
      List<String> hosts,
      @Nullable List<String> ips,
      URI issuer,
      URI pki,
      String organization,
      String tokenLabel,
      @Nullable Path library,
      boolean evaluation) {
    List<String> addresses = ips == null ? List.of() : ips;
    for (String address : addresses) {
      if (!address.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
        throw new ParameterException(spec.commandLine(), address + " is no IP address");
      }
    }
    List<String> names = new ArrayList<>(hosts);
    names.addAll(addresses);
    String host = issuer.getHost();
    if (!"https".equals(issuer.getScheme()) || host == null) {
      throw new ParameterException(spec.commandLine(), "--issuer is an https:// URL");
    }
    if (!names.contains(host.replaceAll("[\\[\\]]", ""))) {
      throw new ParameterException(
          spec.commandLine(), "the host of --issuer is not among --host and --ip");
    }
    try {
      return new PkiSettings(
          List.copyOf(hosts),
          List.copyOf(addresses),
          organization,
          new PkiLocations(pki, true),
          tokenLabel,
          library,
          evaluation);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      name = "show",
      description = "Shows which keys and certificates there are; fails if a key is missing.",
      mixinStandardHelpOptions = true)
  int show(
      @Option(
              names = "--home",
              required = true,
              defaultValue = "${env:HELIOGATE_HOME}",
              paramLabel = "DIR",
              description = "state directory")
          Path directory)
      throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    boolean complete = new PkiInventory(new PkiHome(directory), clock).print(out);
    out.flush();
    return complete ? 0 : 1;
  }
}
