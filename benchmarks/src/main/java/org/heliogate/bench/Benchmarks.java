package org.heliogate.bench;

import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.device.failure.DeviceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command behind {@code ./heliogate bench}. */
@Command(
    name = "./heliogate bench",
    mixinStandardHelpOptions = true,
    description = "Benchmarks, on a machine that should do nothing else meanwhile.",
    subcommands = {OnboardingCommand.class, TokensCommand.class, StatusCommand.class},
    footer = {
      "",
      "Exit codes: 0 every answer was right, 1 one was not or something failed, 2 wrong usage."
    })
public final class Benchmarks {

  private static final Logger NETTY = Logger.getLogger("io.netty");

  private Benchmarks() {}

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
    // Numbers look the same everywhere; failures reach the user through this command's messages.
    Locale.setDefault(Locale.ROOT);
    NETTY.setLevel(Level.OFF);
    CommandLine line = new CommandLine(new Benchmarks());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof DeviceException known) {
            command.getErr().println("bench: " + known.getMessage());
            command.getErr().println("  " + known.remedy());
          } else if (failure instanceof WrongAnswerException) {
            command.getErr().println("bench: " + failure.getMessage());
          } else {
            command.getErr().println("bench: unexpected fault: " + failure);
            failure.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line.execute(arguments);
  }
}
