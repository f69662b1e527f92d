package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.heliogate.hsm.SoftHsm;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;
import org.heliogate.hsm.ca.TbsSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that keep the PKI, with keys in a file. */
class IssuingCeremonyTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
  private static final Clock LATER = Clock.offset(CLOCK, Duration.ofDays(200));
  private static final PkiLocations LOCATIONS =
      new PkiLocations(URI.create("http://localhost:8080/pki"), false);

  private Path home;

  @BeforeEach
  void initialise(@TempDir Path directory) throws Exception {
    home = directory;
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/keystore.password"), SoftHsm.PASSWORD);
    good(OfflinePki.init(home, CLOCK, "--evaluation-pkcs12"));
  }

  @Test
  void createWhenAlgorithmIsNewThenIsPublishedBesideTheFirst() throws Exception {
    List<X509Certificate> before = certificates("ca.pem");
    SoftHsm.Result p384 = run(LATER, "create", "--algorithm", "EC_P384");
    SoftHsm.Result rsa = run(LATER, "create", "--algorithm", "RSA_3072");

    assertThat(good(p384)).contains("made issuing-2 (EC_P384", "./heliogate up");
    assertThat(good(rsa)).contains("made issuing-3 (RSA_3072");
    List<X509Certificate> after = certificates("ca.pem");
    assertThat(after).hasSize(4).containsAll(before);
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(2).getSubjectX500Principal().getName()).contains("Issuing CA 2");
    for (X509Certificate ca : after) {
      ca.verify(before.get(1).getPublicKey());
    }
    assertThat(Files.readAllLines(home.resolve("pki/crl-issuers")))
        .containsExactlyElementsOf(after.stream().map(SubjectKeyIdentifiers::of).toList());
    assertThat(crls()).hasSize(4);
    assertThat(trusted()).isEqualTo(4);
  }

  @Test
  void createWhenRepeatedThenChangesNothing() throws Exception {
    good(run(LATER, "create", "--algorithm", "EC_P384"));
    byte[] before = Files.readAllBytes(home.resolve("pki/import.json"));
    SoftHsm.Result again = run(LATER, "create", "--algorithm", "EC_P384");

    assertThat(good(again)).contains("is there already");
    assertThat(Files.readAllBytes(home.resolve("pki/import.json"))).isEqualTo(before);
    assertThat(good(run(LATER, "create", "--algorithm", "EC_P256"))).contains("issuing (EC_P256");
  }

  @Test
  void rolloverThenLatestIssuesAndBothAreTrusted() throws Exception {
    X509Certificate first = certificates("issuing.pem").get(0);
    byte[] broker = Files.readAllBytes(home.resolve("pki/broker.pem"));
    SoftHsm.Result result = run(LATER, "rollover");

    assertThat(good(result)).contains("made issuing-2 (EC_P256", "issuing (EC_P256");
    X509Certificate second = certificates("issuing.pem").get(0);
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(certificates("ca.pem")).hasSize(3).startsWith(second, first);
    assertThat(crls()).hasSize(3);

    assertThat(good(OfflinePki.init(home, LATER, "--evaluation-pkcs12"))).doesNotContain("made");
    assertThat(Files.readAllBytes(home.resolve("pki/broker.pem"))).isEqualTo(broker);
    assertThat(good(run(LATER, "show")))
        .contains("replaced, published until", "issues until")
        .doesNotContain("MISSING");

    Clock due = Clock.offset(CLOCK, Duration.ofDays(300));
    assertThat(good(OfflinePki.init(home, due, "--evaluation-pkcs12"))).contains("broker.pem ends");
    assertThat(certificates("broker.pem")).startsWith(certificates("broker.pem").get(0), second);
  }

  @Test
  void rolloverWhenJustDoneThenMakesAnotherOnlyIfTold() throws Exception {
    good(run(LATER, "rollover"));

    assertThat(good(run(LATER, "rollover"))).contains("--again").doesNotContain("made issuing");
    assertThat(good(run(LATER, "rollover", "--again"))).contains("made issuing-3");
  }

  @Test
  void rolloverWhenThereIsNoneOfTheAlgorithmThenSaysWhatToDo() {
    SoftHsm.Result result = run(LATER, "rollover", "--algorithm", "RSA_3072");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("create");
  }

  @Test
  void rolloverWhenCutOffThenInitCompletes() throws Exception {
    good(run(LATER, "rollover"));
    for (String file : List.of("ca.pem", "issuing.pem", "trust.p12", "crl.pem", "import.json")) {
      Files.delete(home.resolve("pki").resolve(file));
    }
    good(OfflinePki.init(home, LATER, "--evaluation-pkcs12"));

    assertThat(certificates("ca.pem")).hasSize(3);
    assertThat(crls()).hasSize(3);
    assertThat(Files.readString(home.resolve("pki/import.json"))).contains("issuing-2");
  }

  @Test
  void showWhenCaEndsBeforeWhatItIssuesThenTellsToRollOver() {
    assertThat(good(run(LATER, "show"))).doesNotContain("ROLL IT OVER");
    assertThat(good(run(Clock.offset(CLOCK, Duration.ofDays(3300)), "show")))
        .contains("ROLL IT OVER");
  }

  @Test
  void importWhenRootIsElsewhereThenSuccessorIsPutBesideItsKey() throws Exception {
    CertificateIssuer root = takeRootAway();
    assertThat(good(OfflinePki.init(home, LATER, "--evaluation-pkcs12"))).doesNotContain("made");
    assertThat(good(run(LATER, "show"))).contains("root     elsewhere");
    SoftHsm.Result refused = run(LATER, "rollover");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output()).contains("ca request", "ca import");

    good(run(LATER, "request", "--algorithm", "EC_P384"));
    byte[] request = request("issuing-2.csr");
    good(run(LATER, "request", "--algorithm", "EC_P384"));
    assertThat(new PKCS10CertificationRequest(request("issuing-2.csr")).getSubjectPublicKeyInfo())
        .isEqualTo(new PKCS10CertificationRequest(request).getSubjectPublicKeyInfo());
    assertThat(good(run(LATER, "show"))).contains("waits for its certificate");

    Path certificate = write("issued.pem", signed(root, request));
    Path rootFile = write("root.pem", root.certificate());
    String[] command = {
      "import", "--certificate", certificate.toString(), "--root", rootFile.toString()
    };
    assertThat(good(run(LATER, command))).contains("made issuing-2 (EC_P384");
    assertThat(certificates("ca.pem")).hasSize(3).contains(certificates(certificate).get(0));
    assertThat(home.resolve("pki/issuing-2.csr")).doesNotExist();
    assertThat(good(run(LATER, command))).contains("already");
    assertThat(good(run(LATER, "show"))).contains("issuing-2 present, EC_P384");
  }

  @Test
  void importWhenNotOfThatRootThenRefusesAndChangesNothing() throws Exception {
    CertificateIssuer root = takeRootAway();
    good(run(LATER, "request"));
    Path other = write("other.pem", certificates("issuing.pem").get(0));
    Path certificate = write("issued.pem", signed(root, request("issuing-2.csr")));
    Path rootFile = write("root.pem", root.certificate());
    byte[] before = Files.readAllBytes(home.resolve("pki/ca.pem"));

    SoftHsm.Result wrongRoot =
        run(LATER, "import", "--certificate", certificate.toString(), "--root", other.toString());
    assertThat(wrongRoot.exitCode()).isEqualTo(1);
    assertThat(wrongRoot.output()).contains("not self-signed");
    SoftHsm.Result wrongKey =
        run(LATER, "import", "--certificate", rootFile.toString(), "--root", rootFile.toString());
    assertThat(wrongKey.exitCode()).isEqualTo(1);
    assertThat(wrongKey.output()).contains("no key in the key store");
    Clock over = Clock.offset(CLOCK, Duration.ofDays(8000));
    SoftHsm.Result late =
        run(over, "import", "--certificate", certificate.toString(), "--root", rootFile.toString());
    assertThat(late.exitCode()).isEqualTo(1);
    assertThat(late.output()).contains("not valid now");
    assertThat(Files.readAllBytes(home.resolve("pki/ca.pem"))).isEqualTo(before);
  }

  @Test
  void importWhenAnotherCaHasTheNameThenRefuses() throws Exception {
    CertificateIssuer root = takeRootAway();
    good(run(LATER, "request"));
    PKCS10CertificationRequest csr = new PKCS10CertificationRequest(request("issuing-2.csr"));
    X509Certificate namesake =
        root.sign(
            root.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Heliogate Issuing CA", "Heliogate"),
                KeyFactory.getInstance("EC")
                    .generatePublic(
                        new X509EncodedKeySpec(csr.getSubjectPublicKeyInfo().getEncoded()))));
    SoftHsm.Result result =
        run(
            LATER,
            "import",
            "--certificate",
            write("issued.pem", namesake).toString(),
            "--root",
            write("root.pem", root.certificate()).toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("another CA here is called");
  }

  @Test
  void importWhenCrlOfTheRootThenTakesItOverOnce() throws Exception {
    CertificateIssuer root = takeRootAway();
    Path crl = home.resolve("root.crl");
    Files.write(crl, root.signCrl(BigInteger.TEN, List.of(), Duration.ofDays(90)).der());

    assertThat(good(run(LATER, "import", "--crl", crl.toString()))).contains("is taken over");
    assertThat(Files.readString(home.resolve("pki/import.json"))).contains("\"10\"");
    assertThat(good(run(LATER, "import", "--crl", crl.toString()))).contains("is known");
    Files.write(crl, crls().get(0).getEncoded());
    SoftHsm.Result foreign = run(LATER, "import", "--crl", crl.toString());
    assertThat(foreign.exitCode()).isEqualTo(1);
    assertThat(foreign.output()).contains("no root here");
  }

  @Test
  void importWhenArgumentsDoNotFitThenSaysSo() {
    SoftHsm.Result result = run(LATER, "import", "--root", "x");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains("--certificate with --root");
    assertThat(run(LATER, "create").exitCode()).isEqualTo(2);
  }

  @Test
  void backupThenHasThePublicPartsAndNoPrivateKey() throws Exception {
    good(run(LATER, "create", "--algorithm", "EC_P384"));
    Path directory = home.resolve("backup");
    SoftHsm.Result result = run(LATER, "backup", "--to", directory.toString());

    assertThat(good(result)).contains("by its own means").doesNotContain(SoftHsm.PASSWORD);
    assertThat(certificates(directory.resolve("certificates.pem"))).hasSize(3);
    assertThat(Files.readString(directory.resolve("public-keys.pem")))
        .contains("# issuing-2\n-----BEGIN PUBLIC KEY-----", "# seal: secret key");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain("PRIVATE");
      }
    }
    assertThat(Files.readAllLines(directory.resolve("SHA256SUMS"))).hasSize(5);
    SoftHsm.Result again = run(LATER, "backup", "--to", directory.toString());
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.output()).contains("is not empty");
  }

  @Test
  void commandWhenThereIsNoPkiThenSaysWhatToDo(@TempDir Path empty) {
    SoftHsm.Result result =
        OfflinePki.run(CLOCK, "rollover", "--home", empty.toString(), "--pki-uri", "http://h/pki");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("./heliogate up");
  }

  /** The root's key leaves the key store, as one that is kept offline. */
  private CertificateIssuer takeRootAway() throws Exception {
    char[] password = SoftHsm.PASSWORD.toCharArray();
    Path file = home.resolve("hsm/keys.p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    PrivateKey key = (PrivateKey) store.getKey("root", password);
    X509Certificate certificate = (X509Certificate) store.getCertificate("root");
    store.deleteEntry("root");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password);
    }
    TbsSigner signer =
        tbs -> {
          try {
            Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
            signature.initSign(key);
            signature.update(tbs);
            return signature.sign();
          } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        };
    return new CertificateIssuer(certificate, signer, LOCATIONS, LATER);
  }

  private static X509Certificate signed(CertificateIssuer root, byte[] request) throws Exception {
    PKCS10CertificationRequest csr = new PKCS10CertificationRequest(request);
    return root.sign(
        root.prepare(
            CertificateProfile.ISSUING_CA,
            CertificateHolder.authority("Heliogate Issuing CA 2", "Heliogate"),
            KeyFactory.getInstance("EC")
                .generatePublic(
                    new X509EncodedKeySpec(csr.getSubjectPublicKeyInfo().getEncoded()))));
  }

  private byte[] request(String file) throws Exception {
    String text = Files.readString(home.resolve("pki").resolve(file));
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
  }

  private Path write(String file, X509Certificate certificate) throws Exception {
    return Files.writeString(
        home.resolve(file), Pem.of(List.of(certificate)), StandardCharsets.US_ASCII);
  }

  private List<X509Certificate> certificates(String file) throws Exception {
    return certificates(home.resolve("pki").resolve(file));
  }

  private static List<X509Certificate> certificates(Path file) throws Exception {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
    }
    return certificates;
  }

  private List<X509CRL> crls() throws Exception {
    List<X509CRL> crls = new ArrayList<>();
    CertificateFactory.getInstance("X.509")
        .generateCRLs(new ByteArrayInputStream(Files.readAllBytes(home.resolve("pki/crl.pem"))))
        .forEach(crl -> crls.add((X509CRL) crl));
    return crls;
  }

  private int trusted() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(home.resolve("pki/trust.p12"))) {
      store.load(in, SoftHsm.PASSWORD.toCharArray());
    }
    return store.size();
  }

  private SoftHsm.Result run(Clock clock, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    if (!List.of("show").contains(arguments[0])) {
      all.addAll(List.of("--pki-uri", "http://localhost:8080/pki"));
    }
    return OfflinePki.run(clock, all.toArray(String[]::new));
  }

  private static String good(SoftHsm.Result result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }
}
