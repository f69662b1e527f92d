package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.heliogate.hsm.SoftHsm;
import org.heliogate.hsm.TestKeys;
import org.heliogate.hsm.ca.Pem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CAs that a root elsewhere names as it likes, with keys in a file and no CA to begin with. */
class ForeignNamesTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
  private static final String ROOT = "CN=M\u00fcller Wurzel,O=M\u00fcller & Co";

  private Path home;
  private KeyPair rootKey;
  private @Nullable X509Certificate rootCertificate;

  @BeforeEach
  void initialise(@TempDir Path directory) throws Exception {
    home = directory;
    rootKey = TestKeys.newEcKey("secp256r1");
    Files.createDirectories(home.resolve("secrets"));
    Files.createDirectories(home.resolve("hsm"));
    Files.createDirectories(home.resolve("pki"));
    Files.writeString(home.resolve("secrets/keystore.password"), SoftHsm.PASSWORD);
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    try (OutputStream out = Files.newOutputStream(home.resolve("hsm/keys.p12"))) {
      empty.store(out, SoftHsm.PASSWORD.toCharArray());
    }
  }

  @Test
  void importWhenRootHasLettersOfItsOwnThenAllWorks() throws Exception {
    good(run("request"));
    assertThat(good(importOf("issuing", ROOT, "CN=M\u00fcller Ger\u00e4te,O=M\u00fcller & Co")))
        .contains("made issuing");
    assertThat(good(OfflinePki.init(home, CLOCK, "--evaluation-pkcs12")))
        .contains("issued the certificate of https");
    good(run("request", "--organization", "Mueller"));

    assertThat(request("issuing-2").getSubject())
        .isEqualTo(new X500Name("O=Mueller,CN=Mueller Issuing CA 2"));
    assertThat(good(importOf("issuing-2", ROOT, "CN=M\u00fcller Ger\u00e4te 2,O=M\u00fcller & Co")))
        .contains("made issuing-2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "O=M\u00fcller & Co",
        "CN=A very long name of a CA that has more letters than all others there are",
        "CN=\\ ,O=Grid"
      })
  void importWhenInventoryCannotNameTheCertificateThenRefuses(String subject) throws Exception {
    good(run("request"));
    SoftHsm.Result result = importOf("issuing", ROOT, subject);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("the certificate's subject has no CN");
    assertThat(run("show").output()).contains("waits for its certificate");
  }

  @Test
  void importWhenRootHasNoCommonNameThenRefuses() throws Exception {
    good(run("request"));
    SoftHsm.Result result = importOf("issuing", "O=Grid,OU=Root", "CN=Devices,O=Grid");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("the root's subject has no CN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "M\u00fcller & Co",
        "",
        "An organization with a name of 60 letters, which is too long"
      })
  void requestWhenOrganizationDoesNotFitThenRefusesBeforeAKeyIsMade(String organization)
      throws Exception {
    SoftHsm.Result result = run("request", "--organization", organization);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("--organization takes up to 53 of A-Z");
    assertThat(aliases()).isEmpty();
  }

  /** Has a root of that name sign the request of a key under another subject. */
  private SoftHsm.Result importOf(String alias, String root, String subject) throws Exception {
    SubjectPublicKeyInfo rootPublic =
        SubjectPublicKeyInfo.getInstance(rootKey.getPublic().getEncoded());
    X509Certificate own =
        rootCertificate == null ? signed(root, root, rootPublic, 1) : rootCertificate;
    rootCertificate = own;
    X509Certificate certificate =
        signed(root, subject, request(alias).getSubjectPublicKeyInfo(), 0);
    return run(
        "import",
        "--certificate",
        Files.writeString(home.resolve("signed.pem"), Pem.of(List.of(certificate))).toString(),
        "--root",
        Files.writeString(home.resolve("root.pem"), Pem.of(List.of(own))).toString());
  }

  private X509Certificate signed(
      String issuer, String subject, SubjectPublicKeyInfo key, int pathLength) throws Exception {
    Instant now = CLOCK.instant();
    return new JcaX509CertificateConverter()
        .getCertificate(
            new X509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(subject.hashCode() & Integer.MAX_VALUE),
                    Date.from(now.minus(Duration.ofDays(1))),
                    Date.from(now.plus(Duration.ofDays(3000))),
                    new X500Name(subject),
                    key)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength))
                .addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                .addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(rootKey.getPrivate())));
  }

  private PKCS10CertificationRequest request(String alias) throws Exception {
    String text = Files.readString(home.resolve("pki/" + alias + ".csr"));
    return new PKCS10CertificationRequest(
        Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", "")));
  }

  private List<String> aliases() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(home.resolve("hsm/keys.p12"))) {
      store.load(in, SoftHsm.PASSWORD.toCharArray());
    }
    return Collections.list(store.aliases());
  }

  private SoftHsm.Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    if (!arguments[0].equals("show")) {
      all.addAll(List.of("--pki-uri", "http://localhost:8080/pki"));
    }
    return OfflinePki.run(CLOCK, all.toArray(String[]::new));
  }

  private static String good(SoftHsm.Result result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }
}
