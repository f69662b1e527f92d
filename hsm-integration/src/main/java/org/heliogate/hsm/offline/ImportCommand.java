package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes over what a root elsewhere has signed. */
@Command(
    name = "import",
    description = {
      "Takes over an issuing CA's certificate that a root elsewhere has signed, or the root's CRL."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class ImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private PkiCommand parent;
  @Mixin private PkiOptions options;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "the issuing CA's certificate, PEM or DER; with --root")
  private @Nullable Path certificate;

  @Option(names = "--root", paramLabel = "FILE", description = "the root's certificate, PEM or DER")
  private @Nullable Path root;

  @Option(
      names = "--crl",
      paramLabel = "FILE",
      description = "the root's CRL, PEM or DER; again whenever the root has signed another")
  private @Nullable Path crl;

  @Override
  public Integer call() throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenPki pki = new OpenPki(options.home(), parent.clock(), out)) {
      if ((certificate == null) != (root == null) || (certificate == null && crl == null)) {
        throw new ParameterException(
            spec.commandLine(), "give --certificate with --root, or --crl, or all three");
      }
      IssuingCeremony ceremony = new IssuingCeremony(pki);
      if (certificate != null && root != null) {
        ceremony.accept(
            new ForeignCertificate(readCertificate(certificate), readCertificate(root)),
            options.locations());
      }
      if (crl != null) {
        ceremony.accept(new ForeignCrl(readCrl(crl)));
      }
    } finally {
      out.flush();
    }
    return 0;
  }

  private static X509Certificate readCertificate(Path file)
      throws GeneralSecurityException, IOException, PkiException {
    try (InputStream in = Files.newInputStream(file)) {
      if (CertificateFactory.getInstance("X.509").generateCertificate(in)
          instanceof X509Certificate read) {
        return read;
      }
    }
    throw new PkiException(file + " holds no X.509 certificate");
  }

  private static X509CRL readCrl(Path file)
      throws GeneralSecurityException, IOException, PkiException {
    try (InputStream in = Files.newInputStream(file)) {
      if (CertificateFactory.getInstance("X.509").generateCRL(in) instanceof X509CRL read) {
        return read;
      }
    }
    throw new PkiException(file + " holds no X.509 CRL");
  }
}
