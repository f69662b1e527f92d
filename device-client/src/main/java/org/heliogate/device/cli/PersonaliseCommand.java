package org.heliogate.device.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.element.BlankElement;
import org.heliogate.device.element.SoftHsmMaker;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.maker.Personalisation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams personalise}: the maker's work. */
@Command(
    name = "personalise",
    mixinStandardHelpOptions = true,
    description = {
      "Makes secure elements and their maker's manifest.",
      "The manifest holds PINs and OTP secrets, readable by its owner alone: hand it to the"
          + " authorization server and keep it as you keep keys.",
      "Elements that exist are kept with their lines; only missing ones are made."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  wams personalise --count 20 --prefix SE- --start 1 --manifest manifest.ndjson"
            + " --workflow state-estimation --attribute feeder=7")
final class PersonaliseCommand implements Callable<Integer> {

  private static final int ID_DIGITS = 6;

  @Spec CommandSpec spec;
  @Mixin ImageOptions image;

  @Option(names = "--count", paramLabel = "N", required = true, description = "How many.")
  int count;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "SE-",
      description = "What their master IDs begin with (${DEFAULT-VALUE}); six digits follow.")
  String prefix;

  @Option(
      names = "--start",
      paramLabel = "N",
      defaultValue = "1",
      description = "The first one's number (${DEFAULT-VALUE}).")
  long start;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      required = true,
      description = "The manifest (NDJSON), made with mode 600 or added to.")
  Path manifest;

  @Option(
      names = "--workflow",
      paramLabel = "NAME",
      required = true,
      description = "A workflow that the devices take part in; may be repeated.")
  List<String> workflows = new ArrayList<>();

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "An attribute of the devices; may be repeated.")
  Map<String, String> attributes = new LinkedHashMap<>();

  @Option(
      names = "--element",
      paramLabel = "KIND",
      defaultValue = "pkcs11",
      description = "pkcs11 (SoftHSM2 tokens) or software (files, for tests); ${DEFAULT-VALUE}.")
  ElementKind kind;

  @Override
  public Integer call() {
    if (count < 1 || start < 0) {
      throw new ConfigurationException(
          "--count must be at least 1 and --start at least 0", "See wams personalise --help.");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> ids =
        LongStream.range(start, start + count)
            .mapToObj(number -> prefix + ("%0" + ID_DIGITS + "d").formatted(number))
            .toList();
    try (Progress progress = new Progress(spec.commandLine().getErr(), "personalising", count)) {
      Personalisation.Report report =
          new Personalisation(image.directory, manifest, kind, this::makeTokens)
              .personalise(ids, workflows, attributes, id -> progress.step());
      progress.close();
      out.printf(
          "%d secure elements made, %d kept, in %s%n",
          report.made().size(), report.kept().size(), image.directory);
      out.printf("manifest %s (holds secrets, mode 600)%n", manifest);
      out.flush();
    }
    return 0;
  }

  private Map<String, PublicKey> makeTokens(List<BlankElement> blanks, Consumer<String> progress) {
    SoftHsmMaker maker = new SoftHsmMaker(image.configuration().pkcs11(), System.getenv());
    return maker.make(
        blanks, id -> DeviceDirectory.of(image.directory, id).elementDirectory(), progress);
  }
}
