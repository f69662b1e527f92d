package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.OwnInstance;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rollover of the issuing CA under a running instance, with the HSM of SoftHSM2. */
class CaRolloverFaultIT {

  private static final Duration RECOVERY = Duration.ofMinutes(1);
  private static final OwnInstance OWN = new OwnInstance(700, Map.of());
  private static Instance instance;

  @BeforeAll
  static void start() {
    instance = OWN.up();
  }

  @AfterAll
  static void stop() {
    OWN.close();
  }

  /**
   * Proves that nobody is refused for the rollover: what the old CA issued before and during the
   * ceremony stays good at the broker and can still be revoked, and the new CAs' certificates are
   * good at once.
   */
  @Test
  void rolloverThenCertificatesOfBothAreGoodAndBothAreRevocable() throws Exception {
    X509Certificate old = issuing();
    Uma uma = TestDevice.loaded(instance).bootstrapped().uma();
    Issued before = uma.certificate();
    assertThat(OWN.ca("rollover", "--again")).contains("made issuing-2");
    assertThat(OWN.ca("create", "--algorithm", "RSA_3072")).contains("made issuing-3");
    Issued meanwhile = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    assertThat(meanwhile.certificate().getIssuerX500Principal())
        .isEqualTo(old.getSubjectX500Principal());

    OWN.up();
    X509Certificate successor = issuing();
    assertThat(successor).isNotEqualTo(old);
    assertThat(instance.authorities()).hasSize(4).contains(old, successor);
    Issued after = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    Issued rsa =
        instance
            .admin()
            .createApplication(Workflows.SUBSCRIBER, "client_secret_basic")
            .uma()
            .certificate(Csr.rsa(2048));
    after.certificate().verify(successor.getPublicKey());
    assertThat(rsa.certificate().getSigAlgName()).isEqualTo("SHA256withRSA");
    assertThat(uma.certificate(before.key()).certificate()).isEqualTo(before.certificate());
    for (Issued issued : List.of(before, meanwhile, after, rsa)) {
      assertThat(connects(issued)).isTrue();
      verify(issued);
    }

    for (Issued issued : List.of(before, after, rsa)) {
      revoke(issued);
      Awaitility.await("the refusal by the broker").atMost(RECOVERY).until(() -> !connects(issued));
    }
    assertThat(connects(meanwhile)).isTrue();
    assertThat(OWN.ca("show"))
        .contains(
            "issuing  present, EC_P256", "replaced, published until", "issuing-3 present, RSA");
  }

  private static void revoke(Issued issued) throws Exception {
    String serial = issued.certificate().getSerialNumber().toString(16);
    instance
        .admin()
        .post("certificates/" + serial + "/revoke", "{\"reason\":\"key_compromise\"}")
        .expect(200);
    X509Certificate issuer = issued.fullChain().get(1);
    Awaitility.await("its CRL")
        .atMost(RECOVERY)
        .until(() -> list(issuer).getRevokedCertificate(issued.certificate()) != null);
  }

  /** By OpenSSL, with the CRL of every CA of the bundle. */
  private static void verify(Issued issued) throws Exception {
    Path files = issued.files("rollover");
    StringBuilder lists = new StringBuilder();
    for (X509Certificate ca : instance.authorities()) {
      lists
          .append("-----BEGIN X509 CRL-----\n")
          .append(Base64.getMimeEncoder().encodeToString(list(ca).getEncoded()))
          .append("\n-----END X509 CRL-----\n");
    }
    Path crls = Files.writeString(files.resolve("crl.pem"), lists);
    Shell.run(
            "openssl",
            "verify",
            "-x509_strict",
            "-crl_check_all",
            "-CRLfile",
            crls.toString(),
            "-CAfile",
            instance.home().resolve("ca.pem").toString(),
            files.resolve("leaf.pem").toString())
        .succeeded();
  }

  private static X509CRL list(X509Certificate ca) throws Exception {
    String ski =
        HexFormat.of()
            .formatHex(
                SubjectKeyIdentifier.fromExtensions(
                        new JcaX509CertificateHolder(ca).getExtensions())
                    .getKeyIdentifier());
    assertThat(instance.http().get("/pki/ca/" + ski + ".cer").expect(200).bytes())
        .isEqualTo(ca.getEncoded());
    Reply reply = instance.http().get("/pki/crl/" + ski).expect(200);
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(reply.bytes()));
    crl.verify(ca.getPublicKey());
    return crl;
  }

  /** The active issuer: the first of the bundle that the server gives. */
  private static X509Certificate issuing() throws Exception {
    byte[] bundle = instance.http().get("/pki/ca.pem").expect(200).bytes();
    List<X509Certificate> all = new ArrayList<>();
    CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(bundle))
        .forEach(ca -> all.add((X509Certificate) ca));
    Set<X509Certificate> given = new HashSet<>(instance.authorities());
    assertThat(given).containsAll(all);
    return all.get(0);
  }

  private static boolean connects(Issued issued) {
    try (MqttProbe broker = issued.connect()) {
      return broker.isConnected();
    } catch (MqttProbe.RefusedException e) {
      return false;
    }
  }
}
