package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {

  private final TestEvent<ChangeNotice> notices = new TestEvent<>();
  private CaFixture ca;
  private ClientCertificates certificates;
  private KeyPair key;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    key = CaFixture.newKey();
    certificates =
        new ClientCertificates(
            ca.inventory(), new ChangeNotices(ca.entityManager, ca.clock, notices), ca.clock);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void verifyWhenIssuedHereThenSaysWhoseItIs() throws Exception {
    X509Certificate shown = issued();
    VerifiedCertificate verified = ca.in(() -> certificates.verify(shown)).orElseThrow();
    assertThat(verified.subject().getName()).isEqualTo("CN=" + CaFixture.USERNAME);
    assertThat(verified.serial()).isEqualTo(shown.getSerialNumber().toString(16));
    assertThat(verified.thumbprint())
        .isEqualTo(
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(shown.getEncoded())));
  }

  @Test
  void verifyWhenAskedAgainThenAsksNoDatabase() throws Exception {
    X509Certificate shown = issued();
    ca.in(() -> certificates.verify(shown));
    // Outside of a transaction the fixture's database cannot be asked.
    assertThat(certificates.verify(shown)).isPresent();
  }

  @Test
  void verifyWhenRevokedThenRefusedAsSoonAsTheNoticeIsHeard() throws Exception {
    X509Certificate shown = issued();
    assertThat(ca.in(() -> certificates.verify(shown))).isPresent();
    ca.run(
        () ->
            ca.service.revoke(
                "admin", shown.getSerialNumber().toString(16), RevocationReason.KEY_COMPROMISE));
    ca.run(() -> certificates.tell(ca.events.get(0)));
    assertThat(notices.fired())
        .containsExactly(
            new ChangeNotice(ChangeNotice.Kind.CERTIFICATE, shown.getSerialNumber().toString(16)));
    certificates.forget(notices.fired().get(0));
    assertThat(ca.in(() -> certificates.verify(shown))).isEmpty();
  }

  @Test
  void verifyWhenNotYetOrNoLongerValidThenRefused() throws Exception {
    X509Certificate shown = issued();
    assertThat(ca.in(() -> certificates.verify(shown))).isPresent();
    ca.clock.advance(Duration.ofDays(-1));
    assertThat(ca.in(() -> certificates.verify(shown))).isEmpty();
    ca.clock.advance(Duration.ofDays(366));
    assertThat(ca.in(() -> certificates.verify(shown))).isEmpty();
  }

  @Test
  void verifyWhenAnotherCaUsesTheSerialThenRefused() throws Exception {
    X509Certificate real = issued();
    X509Certificate forged = selfSigned(real.getSerialNumber());
    assertThat(ca.in(() -> certificates.verify(forged))).isEmpty();
    assertThat(ca.in(() -> certificates.verify(real))).isPresent();
    assertThat(ca.in(() -> certificates.verify(forged))).isEmpty();
  }

  @Test
  void verifyWhenItIsACaThenRefused() throws Exception {
    X509Certificate issuing = ca.authorities.issuing().certificate();
    assertThat(ca.in(() -> certificates.verify(issuing))).isEmpty();
  }

  private X509Certificate issued() throws Exception {
    String pem = ca.service.issue(CaFixture.order(key)).certificatePem();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private X509Certificate selfSigned(BigInteger serial) throws Exception {
    KeyPair other = CaFixture.newKey();
    X500Name name = new X500Name("CN=" + CaFixture.USERNAME);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    serial,
                    Date.from(ca.clock.instant().minusSeconds(60)),
                    Date.from(ca.clock.instant().plusSeconds(3600)),
                    name,
                    other.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(other.getPrivate())));
  }
}
