package org.heliogate.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.measure.Account;
import org.heliogate.bench.onboarding.OnboardingBenchmark;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onboarding}: from first contact to a published measurement. */
@Command(
    name = "onboarding",
    mixinStandardHelpOptions = true,
    description = {
      "Onboards devices that were never seen, one after another, and shows how long each step takes:"
          + " bootstrap, access token, and from the ticket to a measurement that the broker has"
          + " accepted, its right enforced.",
      "Key generation is not counted. Goals are for information: the exit code is 0 when every"
          + " answer was right, however long it took."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./heliogate bench onboarding --devices 200 --json onboarding.json")
final class OnboardingCommand implements Callable<Integer> {

  private static final int MOST_DEVICES = 10_000;

  @Spec CommandSpec spec;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many devices are measured (${DEFAULT-VALUE}).")
  int devices;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many are onboarded before, unmeasured (${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--element",
      paramLabel = "KIND",
      defaultValue = "software",
      description =
          "software (files, which cost next to nothing) or pkcs11 (SoftHSM2 tokens);"
              + " ${DEFAULT-VALUE}.")
  ElementKind kind;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also writes the figures to this file, as JSON.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    if (devices < 1 || warmUp < 0 || devices > MOST_DEVICES || warmUp > MOST_DEVICES) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--devices must be from 1 to %d, --warmup from 0".formatted(MOST_DEVICES));
    }
    PrintWriter progress = spec.commandLine().getErr();
    Account account =
        new OnboardingBenchmark(
                Instance.in(System.getenv()),
                Clock.systemUTC(),
                doing -> {
                  progress.println("  " + doing);
                  progress.flush();
                })
            .run(devices, warmUp, kind);
    spec.commandLine().getOut().println();
    account.print(spec.commandLine().getOut());
    if (json != null) {
      Files.writeString(json, account.json().toPrettyString() + "\n");
    }
    return 0;
  }
}
