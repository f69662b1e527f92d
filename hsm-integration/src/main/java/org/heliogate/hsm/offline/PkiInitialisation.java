package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.Pem;
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
      X509Certificate root = root(keys);
      TokenKeys tokenKeys = keys.tokenKeys();
      CertificateIssuer rootCa = issuer(tokenKeys, TokenKeys.ROOT, root);
      X509Certificate issuing = issuing(keys, rootCa);
      CertificateIssuer issuingCa = issuer(tokenKeys, TokenKeys.ISSUING, issuing);
      sealKey(keys);
      issued.add("root", CertificateProfile.ROOT_CA, rootCa.ski(), root);
      issued.add("issuing", CertificateProfile.ISSUING_CA, rootCa.ski(), issuing);
      trust(password, root, issuing);
      crls(issued, issuingCa, rootCa);
      new LeafIssuance(home, issuingCa, root, issued, clock, out).complete(settings, password);
    } catch (InvalidCertificationRequestException e) {
      throw new PkiException("a new key does not fit its profile: " + e.getMessage(), e);
    }
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

  private X509Certificate root(CeremonyKeys keys)
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
      return root;
    }
    if (Files.exists(known)) {
      throw new PkiException(
          known
              + " exists, but its key is not in the key store; restore the token, or move the"
              + " directory pki away to begin a new PKI");
    }
    CertificateHolder holder =
        CertificateHolder.authority(settings.organization() + " Root CA", settings.organization());
    KeyPair pair = keys.newEcKey();
    X509Certificate root =
        CertificateIssuer.selfSigned(
            holder, pair.getPublic(), keys.signer(pair), settings.locations(), clock);
    keys.store(TokenKeys.ROOT, pair, List.of(root));
    out.println("made the root CA");
    return root;
  }

  private X509Certificate issuing(CeremonyKeys keys, CertificateIssuer rootCa)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    if (keys.holds(TokenKeys.ISSUING)) {
      return keys.certificate(TokenKeys.ISSUING);
    }
    CertificateHolder holder =
        CertificateHolder.authority(
            settings.organization() + " Issuing CA", settings.organization());
    KeyPair pair = keys.newEcKey();
    X509Certificate issuing =
        rootCa.sign(rootCa.prepare(CertificateProfile.ISSUING_CA, holder, pair.getPublic()));
    keys.store(TokenKeys.ISSUING, pair, List.of(issuing, rootCa.certificate()));
    out.println("made the issuing CA");
    return issuing;
  }

  private void sealKey(CeremonyKeys keys) throws GeneralSecurityException, IOException {
    if (!keys.holds(TokenKeys.SEAL)) {
      keys.storeNewAesKey(TokenKeys.SEAL);
      out.println("made the key that seals secrets");
    }
  }

  private void trust(char[] password, X509Certificate root, X509Certificate issuing)
      throws GeneralSecurityException, IOException {
    if (!Files.exists(home.pki("issuing.pem"))) {
      LeafFiles.writePem(home.pki("issuing.pem"), List.of(issuing));
    }
    if (!Files.exists(home.pki("ca.pem"))) {
      LeafFiles.writePem(home.pki("ca.pem"), List.of(issuing, root));
    }
    if (!Files.exists(home.pki("trust.p12"))) {
      LeafFiles.writeTrust(home.pki("trust.p12"), password, root, issuing);
    }
    if (!Files.exists(home.pki("root.pem"))) {
      LeafFiles.writePem(home.pki("root.pem"), List.of(root));
    }
  }

  private void crls(IssuanceRecord issued, CertificateIssuer issuingCa, CertificateIssuer rootCa)
      throws IOException {
    if (issued.crl(issuingCa.ski()).isEmpty()) {
      issued.add(issuingCa.signCrl(BigInteger.ONE, List.of(), ISSUING_CRL_LIFE));
    }
    if (issued.crl(rootCa.ski()).isEmpty()) {
      issued.add(rootCa.signCrl(BigInteger.ONE, List.of(), ROOT_CRL_LIFE));
    }
    if (Files.exists(home.pki("crl.pem"))) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (CertificateIssuer ca : List.of(issuingCa, rootCa)) {
      issued.crl(ca.ski()).ifPresent(der -> text.append(Pem.of("X509 CRL", der)));
    }
    AtomicFile.write(
        home.pki("crl.pem"),
        text.toString().getBytes(StandardCharsets.US_ASCII),
        AtomicFile.PUBLIC);
  }
}
