package org.heliogate.hsm.offline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.OfflineIssuance;

/** The keys of the key store and the certificates that were issued offline, for people. */
final class PkiInventory {

  private final PkiHome home;
  private final Clock clock;

  PkiInventory(PkiHome home, Clock clock) {
    this.home = home;
    this.clock = clock;
  }

  /**
   * Prints it.
   *
   * @return whether every key is there
   */
  boolean print(PrintWriter out) throws GeneralSecurityException, IOException, PkiException {
    boolean evaluation =
        !Files.exists(home.pkcs11Configuration()) && Files.exists(home.evaluationKeys());
    CeremonyKeys keys;
    if (evaluation) {
      keys =
          CeremonyKeys.inFile(
              home.evaluationKeys(), home.readSecret("keystore.password")::clone, clock);
    } else if (Files.exists(home.pkcs11Configuration())) {
      keys =
          CeremonyKeys.onToken(
              home.pkcs11Configuration(), home.readSecret("hsm.pin")::clone, clock);
    } else {
      throw new PkiException("there is no PKI in " + home.directory() + "; run init first");
    }
    boolean complete = true;
    out.println("Keys in " + keys.tokenKeys().description());
    for (String alias : List.of(TokenKeys.ROOT, TokenKeys.ISSUING, TokenKeys.SEAL)) {
      boolean held = keys.holds(alias);
      complete &= held;
      out.printf("  %-8s %s%n", alias, held ? "present" : "MISSING");
    }
    out.println("Certificates issued offline");
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (OfflineIssuance.Issued issued : IssuanceRecord.read(home.issuance()).certificates()) {
      X509Certificate certificate =
          (X509Certificate)
              factory.generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(issued.der())));
      out.printf(
          "  %-11s %-13s %s%n              serial %s, until %s (%s)%n",
          issued.name(),
          issued.profile(),
          certificate.getSubjectX500Principal(),
          certificate.getSerialNumber().toString(16),
          certificate.getNotAfter().toInstant(),
          remaining(certificate.getNotAfter().toInstant()));
    }
    return complete;
  }

  private String remaining(Instant end) {
    Duration left = Duration.between(clock.instant(), end);
    return left.isNegative() ? "EXPIRED" : left.toDays() + " days left";
  }
}
