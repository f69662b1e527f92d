package org.heliogate.hsm.offline;

import java.net.URI;
import java.nio.file.Path;
import org.heliogate.hsm.ca.PkiLocations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that keep the PKI have in common. */
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class PkiOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--home",
      required = true,
      defaultValue = "${env:HELIOGATE_HOME}",
      paramLabel = "DIR",
      description = "state directory")
  private Path directory;

  @Option(
      names = "--pki-uri",
      defaultValue = "${env:HELIOGATE_PKI_URI}",
      paramLabel = "URL",
      description = "plain-HTTP base of CRLs and CA certificates, goes into certificates")
  private @Nullable URI pki;

  PkiHome home() {
    return new PkiHome(directory);
  }

  PkiLocations locations() {
    if (pki == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--pki-uri=URL'");
    }
    try {
      return new PkiLocations(pki, true);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
