package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.KeyType;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;
import org.heliogate.hsm.ca.TbsSigner;

/**
 * The steps of the offline command. Each is done only where its result is missing; nothing that
 * exists is replaced but certificates of servers and proxies that will expire soon or name other
 * hosts. A root is never made where one was before.
 */
final class PkiInitialisation {

  /** The server takes over with its own CRLs long before these end. */
  private static final Duration ROOT_CRL_LIFE = Duration.ofDays(365);

  private static final Duration ISSUING_CRL_LIFE = Duration.ofDays(7);

  private final PkiHome home;
  private final PkiSettings settings;
  private final Clock clock;
  private final PrintWriter out;

  PkiInitialisation(PkiHome home, PkiSettings settings, Clock clock, PrintWriter out) {
    this.home = home;
    this.settings = settings;
    this.clock = clock;
    this.out = out;
  }

  /** Brings the PKI to completion; at most one process at a time. */
  void run() throws GeneralSecurityException, IOException, PkiException {
    Files.createDirectories(home.pki("import.json").getParent());
    Files.createDirectories(home.hsm("keys.p12").getParent());
    try (FileChannel channel =
            FileChannel.open(
                home.pki(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new PkiException("another run holds " + home.pki(".lock"));
      }
      char[] password = home.readSecret("keystore.password");
      try {
        complete(password);
      } finally {
        Arrays.fill(password, '\0');
      }
    }
  }

  private void complete(char[] password)
      throws GeneralSecurityException, IOException, PkiException {
    CeremonyKeys keys = openKeys(password);
    IssuanceRecord issued = IssuanceRecord.read(home.issuance());
    try {
      Optional<X509Certificate> root = root(keys);
      TokenKeys tokenKeys = keys.tokenKeys();
      if (root.isPresent()) {
        CertificateIssuer rootCa = issuer(tokenKeys, TokenKeys.ROOT, root.get());
        issuing(keys, rootCa);
        issued.add("root", CertificateProfile.ROOT_CA, rootCa.ski(), root.get());
        crl(issued, rootCa, ROOT_CRL_LIFE);
      }
      sealKey(keys);
      List<IssuingCa> cas = IssuingCa.complete(keys);
      Set<X509Certificate> roots = new LinkedHashSet<>();
      root.ifPresent(roots::add);
      for (IssuingCa ca : cas) {
        roots.add(ca.root());
        String rootSki = SubjectKeyIdentifiers.of(ca.root());
        issued.add("root", CertificateProfile.ROOT_CA, rootSki, ca.root());
        String alias = ca.alias().toString();
        issued.add(alias, CertificateProfile.ISSUING_CA, rootSki, ca.certificate());
        if (ca.inForce(clock.instant())) {
          crl(issued, issuer(tokenKeys, alias, ca.certificate()), ISSUING_CRL_LIFE);
        }
      }
      new TrustFiles(home, clock.instant()).write(cas, roots, issued, password);
      IssuingCa active = active(cas);
      new LeafIssuance(
              home,
              issuer(tokenKeys, active.alias().toString(), active.certificate()),
              cas,
              issued,
              clock,
              out)
          .complete(settings, password);
    } catch (InvalidCertificationRequestException e) {
      throw new PkiException("a new key does not fit its profile: " + e.getMessage(), e);
    }
  }

  /** The CA that certifies the servers, whose keys are on P-256. */
  private IssuingCa active(List<IssuingCa> cas) throws PkiException {
    Instant now = clock.instant();
    X509Certificate chosen =
        IssuerChoice.forKey(cas.stream().map(IssuingCa::certificate).toList(), KeyType.EC_P256, now)
            .orElseThrow(
                () ->
                    new PkiException(
                        "no issuing CA is in force; make one with ca create or ca request"));
    return cas.stream().filter(ca -> ca.certificate().equals(chosen)).findFirst().orElseThrow();
  }

  private CeremonyKeys openKeys(char[] password)
      throws GeneralSecurityException, IOException, PkiException {
    if (settings.evaluation()) {
      return CeremonyKeys.inFile(home.evaluationKeys(), password::clone, clock);
    }
    Pkcs11Configuration.ensure(home, settings.library(), settings.tokenLabel());
    char[] pin = home.readSecret("hsm.pin");
    return CeremonyKeys.onToken(home.pkcs11Configuration(), pin::clone, clock);
  }

  private CertificateIssuer issuer(TokenKeys keys, String alias, X509Certificate certificate) {
    return new CertificateIssuer(
        certificate, TbsSigner.of(keys, alias), settings.locations(), clock);
  }

  /** Empty if the root's key is elsewhere, which only an imported issuing CA shows. */
  private Optional<X509Certificate> root(CeremonyKeys keys)
      throws GeneralSecurityException,
          IOException,
          PkiException,
          InvalidCertificationRequestException {
    Path known = home.pki("root.pem");
    if (keys.holds(TokenKeys.ROOT)) {
      X509Certificate root = keys.certificate(TokenKeys.ROOT);
      if (Files.exists(known)
          && !LeafFiles.readPemCertificate(known).map(root::equals).orElse(false)) {
        throw new PkiException(
            "the root on the token is not that of " + known + "; this is another token");
      }
      return Optional.of(root);
    }
    List<IssuingCa> present = IssuingCa.in(keys);
    if (present.stream().anyMatch(ca -> !ca.waits())) {
      return Optional.empty();
    }
    if (!present.isEmpty()) {
      throw new PkiException(
          present.get(0).alias()
              + " waits for its certificate: have the root sign its request, then ca import");
    }
    if (Files.exists(known)) {
      throw new PkiException(
          known
              + " exists, but its key is not in the key store; restore the token, or move the"
              + " directory pki away to begin a new PKI");
    }
    CertificateHolder holder =
        CertificateHolder.authority(settings.organization() + " Root CA", settings.organization());
    KeyPair pair = keys.newKey(CaAlgorithm.EC_P256);
    X509Certificate root =
        CertificateIssuer.selfSigned(
            holder, pair.getPublic(), keys.signer(pair), settings.locations(), clock);
    keys.store(TokenKeys.ROOT, pair, List.of(root));
    out.println("made the root CA");
    return Optional.of(root);
  }

  private void issuing(CeremonyKeys keys, CertificateIssuer rootCa)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    if (keys.holds(TokenKeys.ISSUING)) {
      return;
    }
    CertificateHolder holder =
        CertificateHolder.authority(
            settings.organization() + " Issuing CA", settings.organization());
    KeyPair pair = keys.newKey(CaAlgorithm.EC_P256);
    X509Certificate issuing =
        rootCa.sign(rootCa.prepare(CertificateProfile.ISSUING_CA, holder, pair.getPublic()));
    keys.store(TokenKeys.ISSUING, pair, List.of(issuing, rootCa.certificate()));
    out.println("made the issuing CA");
  }

  private void sealKey(CeremonyKeys keys) throws GeneralSecurityException, IOException {
    if (!keys.holds(TokenKeys.SEAL)) {
      keys.storeNewAesKey(TokenKeys.SEAL);
      out.println("made the key that seals secrets");
    }
  }

  private static void crl(IssuanceRecord issued, CertificateIssuer ca, Duration life)
      throws IOException {
    if (issued.crl(ca.ski()).isEmpty()) {
      issued.add(ca.signCrl(BigInteger.ONE, List.of(), life));
    }
  }
}
