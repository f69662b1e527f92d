package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes the request of an issuing CA for a root that is elsewhere. */
@Command(
    name = "request",
    description = {
      "Makes an issuing CA's key and a PKCS#10 request for a root that is elsewhere.",
      "Again, it writes the request of the same key again, until the certificate is imported."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class RequestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private PkiCommand parent;
  @Mixin private PkiOptions options;

  @Option(
      names = "--algorithm",
      defaultValue = "EC_P256",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private CaAlgorithm algorithm;

  @Option(
      names = "--organization",
      defaultValue = "Heliogate",
      description =
          "O of the first CA (${DEFAULT-VALUE}); later ones have the first one's, if it is of"
              + " letters that this option takes")
  private String organization;

  @Option(
      names = "--token-label",
      defaultValue = "heliogate",
      description = "label of the token, for a new PKI (${DEFAULT-VALUE})")
  private String tokenLabel;

  @Option(
      names = "--pkcs11-library",
      paramLabel = "FILE",
      description = "PKCS#11 library, for a new PKI; SoftHSM2's if not given")
  private @Nullable Path library;

  @Override
  public Integer call() throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.exists(options.home().pkcs11Configuration())
        && !Files.exists(options.home().evaluationKeys())) {
      Files.createDirectories(options.home().pki(""));
      Pkcs11Configuration.ensure(options.home(), library, tokenLabel);
    }
    try (OpenPki pki = new OpenPki(options.home(), parent.clock(), out)) {
      new IssuingCeremony(pki).request(algorithm, organization);
    } finally {
      out.flush();
    }
    return 0;
  }
}
