package org.heliogate.hsm.offline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.OfflineIssuance;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;

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
    CeremonyKeys keys = OpenPki.open(home, clock);
    out.println("Keys in " + keys.tokenKeys().description());
    List<IssuingCa> cas = IssuingCa.in(keys);
    boolean rootElsewhere = !keys.holds(TokenKeys.ROOT) && cas.stream().anyMatch(ca -> !ca.waits());
    print(out, TokenKeys.ROOT, rootElsewhere ? "elsewhere" : held(keys, TokenKeys.ROOT));
    if (cas.isEmpty()) {
      print(out, TokenKeys.ISSUING, "MISSING");
    }
    cas.forEach(ca -> print(out, ca.alias().toString(), describe(ca, cas)));
    print(out, TokenKeys.SEAL, held(keys, TokenKeys.SEAL));
    boolean complete =
        (rootElsewhere || keys.holds(TokenKeys.ROOT))
            && cas.stream().anyMatch(ca -> !ca.waits())
            && keys.holds(TokenKeys.SEAL);
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

  private static void print(PrintWriter out, String alias, String text) {
    out.printf("  %-8s %s%n", alias, text);
  }

  private static String held(CeremonyKeys keys, String alias) throws GeneralSecurityException {
    return keys.holds(alias) ? "present" : "MISSING";
  }

  private String describe(IssuingCa ca, List<IssuingCa> all) {
    CaAlgorithm algorithm = CaAlgorithm.of(ca.algorithm());
    if (ca.waits()) {
      return "present, " + algorithm + ", waits for its certificate (ca import)";
    }
    Instant now = clock.instant();
    Instant end = ca.certificate().getNotAfter().toInstant();
    String text = "present, " + algorithm + ", key identifier " + ski(ca);
    if (!ca.inForce(now)) {
      return text + ", OVER since " + end;
    }
    boolean last =
        all.stream()
            .filter(other -> other.inForce(now) && other.algorithm() == ca.algorithm())
            .noneMatch(other -> other.alias().compareTo(ca.alias()) > 0);
    if (!last) {
      return text + ", replaced, published until " + end;
    }
    boolean shortens = now.plus(CertificateProfile.DEVICE_CLIENT.validity()).isAfter(end);
    return text + ", issues until " + end + (shortens ? "; ROLL IT OVER (ca rollover)" : "");
  }

  private static String ski(IssuingCa ca) {
    return SubjectKeyIdentifiers.of(ca.certificate());
  }

  private String remaining(Instant end) {
    Duration left = Duration.between(clock.instant(), end);
    return left.isNegative() ? "EXPIRED" : left.toDays() + " days left";
  }
}
