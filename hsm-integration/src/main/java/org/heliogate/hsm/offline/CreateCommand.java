package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes an issuing CA of an algorithm that has none. */
@Command(
    name = "create",
    description = {
      "Makes an issuing CA of an algorithm that has none, beside those that there are.",
      "The root signs it, whose key must be in the key store; for a root elsewhere see request."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class CreateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private PkiCommand parent;
  @Mixin private PkiOptions options;

  @Option(
      names = "--algorithm",
      required = true,
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}")
  private CaAlgorithm algorithm;

  @Override
  public Integer call() throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenPki pki = new OpenPki(options.home(), parent.clock(), out)) {
      new IssuingCeremony(pki).create(algorithm, options.locations());
    } finally {
      out.flush();
    }
    return 0;
  }
}
