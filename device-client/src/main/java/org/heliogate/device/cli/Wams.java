package org.heliogate.device.cli;

import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.device.failure.DeviceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code wams}. */
@Command(
    name = "wams",
    mixinStandardHelpOptions = true,
    versionProvider = Wams.Version.class,
    description = "Makes secure elements, and lets field devices and applications get credentials.",
    subcommands = {
      PersonaliseCommand.class,
      BootstrapCommand.class,
      CredentialsCommand.class,
      PublishCommand.class,
      SubscribeCommand.class,
      AssertionCommand.class,
      ApplicationCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  wams personalise --count 20 --prefix SE- --manifest manifest.ndjson --workflow"
          + " state-estimation",
      "  wams bootstrap --all",
      "  wams publish --device SE-000001 --count 10 --interval 1s",
      "",
      "Exit codes: 0 done, 1 unexpected fault, 2 wrong usage, 3 configuration or files,",
      "4 secure element, 5 server not reachable, 6 refused by the server,",
      "7 still pending, 8 refused by the broker, 9 broker not reachable, 10 time over.",
      "With several devices, it is the code of the first that failed, in the order named."
    })
public final class Wams {

  private static final Logger NETTY = Logger.getLogger("io.netty");

  private Wams() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Runs the command.
   *
   * @return the exit code
   */
  public static int run(String... arguments) {
    // Failures reach the user through this command's own messages.
    NETTY.setLevel(Level.OFF);
    return commandLine().execute(arguments);
  }

  private static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Wams());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Duration.class, Durations::parse);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof DeviceException known) {
            command.getErr().println(Failures.text(known));
          } else {
            command.getErr().println("wams: unexpected fault: " + failure);
            failure.printStackTrace(command.getErr());
          }
          return Failures.exitCode(failure);
        });
    return line;
  }

  /** The version, from the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Wams.class.getPackage().getImplementationVersion();
      return new String[] {"wams " + (version == null ? "(from source)" : version)};
    }
  }
}
