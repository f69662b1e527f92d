package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.heliogate.hsm.Pkcs11KeyStoreSource;
import org.heliogate.hsm.SoftHsm;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.IssuingAlias;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.SignatureAlgorithm;
import org.heliogate.hsm.ca.TbsSigner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several issuing CAs on a real token, by the commands as {@code ./heliogate ca} runs them, and
 * what OpenSSL and GnuTLS say of their certificates. The steps follow each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IssuingCeremonyIT {

  private static final Clock CLOCK = Clock.systemUTC();
  private static final PkiLocations LOCATIONS =
      new PkiLocations(URI.create("http://localhost:8080/pki"), true);

  private static Path home;
  private static Path configuration;

  @BeforeAll
  static void initialise(@TempDir Path directory) throws Exception {
    home = directory;
    configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
    SoftHsm.prepare(home, configuration);
    good(command("init", "--host", "localhost", "--issuer", "https://localhost:8443"));
  }

  @Test
  @Order(1)
  void createThenThreeAlgorithmsStandSideBySide() throws Exception {
    assertThat(good(command("create", "--algorithm", "EC_P384"))).contains("made issuing-2");
    assertThat(good(command("create", "--algorithm", "RSA_3072"))).contains("made issuing-3");

    assertThat(issuers().values())
        .extracting(ca -> SignatureAlgorithm.of(ca.certificate().getPublicKey()))
        .containsExactly(SignatureAlgorithm.values());
    for (Map.Entry<String, CertificateIssuer> ca : issuers().entrySet()) {
      for (CertificateProfile profile : CertificateProfile.all()) {
        if (profile.purpose() != CertificateProfile.Purpose.AUTHORITY) {
          verify(issue(ca.getKey(), profile));
        }
      }
    }
    verify(home.resolve("pki/issuing.pem"));
  }

  @Test
  @Order(2)
  void opensslTextThenSaysWhatTheProfileSays() throws Exception {
    for (CertificateProfile profile : CertificateProfile.all()) {
      String text =
          switch (profile.name()) {
            case "root-ca" -> text(home.resolve("pki/root.pem"));
            case "issuing-ca" -> text(home.resolve("pki/issuing.pem"));
            default -> text(issue(TokenKeys.ISSUING, profile));
          };
      OpensslText.check(profile, text);
    }
  }

  @Test
  @Order(3)
  void rolloverThenBothChainsVerifyAndTheSuccessorIssues() throws Exception {
    Path before = issue(TokenKeys.ISSUING, CertificateProfile.DEVICE_CLIENT);
    assertThat(good(command("rollover", "--again"))).contains("made issuing-4");
    Path after = issue("issuing-4", CertificateProfile.DEVICE_CLIENT);

    verify(before);
    verify(after);
    assertThat(certificates(home.resolve("pki/issuing.pem")).get(0))
        .isEqualTo(issuer("issuing-4").certificate());
    assertThat(certificates(home.resolve("pki/ca.pem"))).hasSize(5);
    assertThat(good(command("show")))
        .contains("issuing  present, EC_P256", "replaced", "issuing-4 present")
        .doesNotContain("MISSING");
  }

  @Test
  @Order(4)
  void importWhenOpensslIsTheRootThenItsCertificateIsTakenUp() throws Exception {
    Path offline = Files.createDirectories(home.resolve("offline"));
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-384",
        "-nodes",
        "-days",
        "7000",
        "-subj",
        "/O=Grid/CN=Offline Root",
        "-keyout",
        offline + "/root.key",
        "-out",
        offline + "/root.pem",
        "-addext",
        "basicConstraints=critical,CA:TRUE,pathlen:1",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign");
    good(command("request", "--algorithm", "EC_P384"));
    openssl(
        "x509",
        "-req",
        "-in",
        home + "/pki/issuing-5.csr",
        "-copy_extensions",
        "copyall",
        "-days",
        "3000",
        "-CA",
        offline + "/root.pem",
        "-CAkey",
        offline + "/root.key",
        "-CAcreateserial",
        "-sha384",
        "-out",
        offline + "/issuing-5.pem");
    String[] command = {
      "import", "--certificate", offline + "/issuing-5.pem", "--root", offline + "/root.pem"
    };

    assertThat(good(command(command))).contains("made issuing-5 (EC_P384");
    assertThat(good(command(command))).contains("already");
    assertThat(issuer("issuing-5").certificate())
        .isEqualTo(certificates(offline.resolve("issuing-5.pem")).get(0));
    Path leaf = issue("issuing-5", CertificateProfile.APPLICATION_CLIENT);
    verify(leaf, offline.resolve("root.pem"), "-crl_check");
    assertThat(certificates(home.resolve("pki/ca.pem")))
        .contains(certificates(offline.resolve("root.pem")).get(0));
    assertThat(good(command("init", "--host", "localhost", "--issuer", "https://localhost:8443")))
        .doesNotContain("made")
        .doesNotContain("issued");
  }

  @Test
  @Order(5)
  void backupThenHoldsEveryPublicKeyOfTheToken() throws Exception {
    Path directory = home.resolve("backup");
    good(command("backup", "--to", directory.toString()));

    assertThat(Files.readString(directory.resolve("public-keys.pem")))
        .contains("# root\n", "# issuing\n", "# issuing-5\n");
    assertThat(
            SoftHsm.run(
                    Map.of(),
                    "sh",
                    "-c",
                    "cd '" + directory + "' && sha256sum --check --strict SHA256SUMS")
                .exitCode())
        .isZero();
  }

  /** Checks a certificate by OpenSSL and by GnuTLS, with the CRLs of all. */
  private static void verify(Path leaf) throws Exception {
    verify(leaf, home.resolve("pki/root.pem"), "-crl_check_all");
  }

  private static void verify(Path leaf, Path root, String crls) throws Exception {
    SoftHsm.Result openssl =
        SoftHsm.run(
            Map.of(),
            "openssl",
            "verify",
            "-x509_strict",
            crls,
            "-CAfile",
            root.toString(),
            "-untrusted",
            home.resolve("pki/ca.pem").toString(),
            "-CRLfile",
            home.resolve("pki/crl.pem").toString(),
            leaf.toString());
    assertThat(openssl.output()).contains(": OK");
    assertThat(openssl.exitCode()).isZero();

    String issuer = certificates(leaf).get(0).getIssuerX500Principal().getName();
    StringBuilder chain = new StringBuilder(Files.readString(leaf));
    for (X509Certificate ca : certificates(home.resolve("pki/ca.pem"))) {
      if (ca.getSubjectX500Principal().getName().equals(issuer)
          && !ca.getIssuerX500Principal().equals(ca.getSubjectX500Principal())) {
        chain.append(Pem.of(List.of(ca)));
      }
    }
    Path file = Files.writeString(home.resolve("chain.pem"), chain, StandardCharsets.US_ASCII);
    SoftHsm.Result gnutls =
        SoftHsm.run(
            Map.of(),
            "certtool",
            "--verify",
            "--verify-profile=medium",
            "--load-ca-certificate",
            root.toString(),
            "--load-crl",
            home.resolve("pki/crl.pem").toString(),
            "--infile",
            file.toString());
    assertThat(gnutls.output()).contains("Chain verification output: Verified");
    assertThat(gnutls.exitCode()).isZero();
  }

  private static Path issue(String alias, CertificateProfile profile) throws Exception {
    CertificateIssuer ca = issuer(alias);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X509Certificate certificate = ca.sign(ca.prepare(profile, holder(profile), pair.getPublic()));
    return Files.writeString(
        home.resolve(alias + "-" + profile.name() + ".pem"), Pem.of(List.of(certificate)));
  }

  private static CertificateHolder holder(CertificateProfile profile) {
    return switch (profile.purpose()) {
      case SERVER ->
          CertificateHolder.server(
              "grid.example", "Grid", "https", List.of("grid.example"), List.of("127.0.0.1"));
      case CLIENT -> CertificateHolder.device("hg-abcdefghijklmnopqrstuvwxyz", null, "SE-000001");
      case OCSP_RESPONDER -> CertificateHolder.responder("ocsp-1", "Grid");
      case AUTHORITY -> throw new IllegalArgumentException(profile.name());
    };
  }

  private static CertificateIssuer issuer(String alias) {
    return Objects.requireNonNull(issuers().get(alias));
  }

  /** Opened anew each time, as another process changes the token. */
  private static Map<String, CertificateIssuer> issuers() {
    TokenKeys keys =
        new TokenKeys(
            new Pkcs11KeyStoreSource(home.resolve("hsm/pkcs11.cfg"), SoftHsm.PIN::toCharArray),
            CLOCK);
    Map<String, CertificateIssuer> issuers = new LinkedHashMap<>();
    for (IssuingAlias alias : IssuingAlias.among(keys.aliases())) {
      issuers.put(
          alias.toString(),
          new CertificateIssuer(
              keys.certificate(alias.toString()),
              TbsSigner.of(keys, alias.toString()),
              LOCATIONS,
              CLOCK));
    }
    return issuers;
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

  private static String text(Path certificate) throws Exception {
    return openssl(
        "x509",
        "-in",
        certificate.toString(),
        "-noout",
        "-text",
        "-nameopt",
        "RFC2253,sep_comma_plus");
  }

  private static String openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return good(SoftHsm.run(Map.of(), command.toArray(String[]::new)));
  }

  private static SoftHsm.Result command(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PkiCommand.class.getName()));
    command.addAll(List.of(arguments));
    return SoftHsm.run(
        Map.of(
            "SOFTHSM2_CONF",
            configuration.toString(),
            "HELIOGATE_HOME",
            home.toString(),
            "HELIOGATE_PKI_URI",
            "http://localhost:8080/pki"),
        command.toArray(String[]::new));
  }

  private static String good(SoftHsm.Result result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }
}
