package org.heliogate.device.cli;

import java.util.concurrent.Callable;
import org.heliogate.device.Device;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.ImageConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams assertion}: the signed part of a bootstrap request, to be sent by other means. */
@Command(
    name = "assertion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a fresh client assertion, signed with the device's master key (RFC 7523).",
      "It is good for one bootstrap request within four minutes: treat it as a secret until then."
    },
    footerHeading = "%nExample:%n",
    footer = {"  wams assertion --device SE-000001 > assertion.jwt"})
final class AssertionCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin ImageOptions image;

  @Option(
      names = "--device",
      paramLabel = "ID",
      required = true,
      description = "Master ID of the device.")
  String device;

  @Override
  public Integer call() {
    ImageConfiguration configuration = image.configuration();
    DeviceDirectory directory = DeviceDirectory.of(image.directory, device);
    try (Device opened =
        new Device(
            image.context(configuration),
            directory,
            directory.openElement(configuration.pkcs11()),
            configuration.resourceServer())) {
      spec.commandLine().getOut().println(opened.assertion());
      return 0;
    }
  }
}
