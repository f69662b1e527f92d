package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes the successor of an issuing CA. */
@Command(
    name = "rollover",
    description = {
      "Makes an issuing CA that replaces the one in force of its algorithm.",
      "The old one issues no more; it and its CRL are published until its end."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class RolloverCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private PkiCommand parent;
  @Mixin private PkiOptions options;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; the active issuer's if not given")
  private @Nullable CaAlgorithm algorithm;

  @Option(names = "--again", description = "also if the CA in force is younger than a day")
  private boolean again;

  @Override
  public Integer call() throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenPki pki = new OpenPki(options.home(), parent.clock(), out)) {
      new IssuingCeremony(pki).rollOver(Optional.ofNullable(algorithm), options.locations(), again);
    } finally {
      out.flush();
    }
    return 0;
  }
}
