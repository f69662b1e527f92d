package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.OfflineIssuance;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.SignedCrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateImportTest {

  private Path file;
  private CaFixture ca;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    file = directory.resolve("import.json");
    ca = new CaFixture(directory, file);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void runWhenRepeatedThenEveryCertificateIsThereOnce() throws Exception {
    write();

    assertThat(ca.in(this::imported)).isEqualTo(3);
    assertThat(ca.in(this::imported)).isZero();
    assertThat(ca.all())
        .extracting(CertificateRecord::username)
        .containsExactly("grid.example", "Issuing", "Root");
  }

  @Test
  void runWhenOneWasRevokedThenLeavesItRevoked() throws Exception {
    write();
    ca.in(this::imported);
    String serial = ca.all().get(0).serial();
    ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));
    ca.in(this::imported);

    assertThat(ca.record(serial).status()).isEqualTo(CertificateStatus.REVOKED);
    ca.publisher.refresh();
    assertThat(ca.publisher.currentCrl().orElseThrow().number()).isEqualTo(8);
    assertThat(CrlPublisherTest.serials(ca)).containsExactly(serial);
  }

  @Test
  void runThenAdoptsTheCrl() throws Exception {
    byte[] crl = write();
    ca.in(this::imported);

    assertThat(ca.crlLedger.read(ca.authorities.issuing().ski()).orElseThrow().der())
        .isEqualTo(crl);
    ca.publisher.refresh();
    assertThat(ca.publisher.currentCrl().orElseThrow().number()).isEqualTo(8);
    assertThat(ca.publisher.currentDelta(ca.authorities.issuing().ski())).isPresent();
  }

  @Test
  void runWhenARootElsewhereSignedANewerCrlThenAdoptsIt() throws Exception {
    CertificateIssuer root = ca.authorities.root();
    for (int number : new int[] {5, 7, 6}) {
      SignedCrl crl = root.signCrl(BigInteger.valueOf(number), List.of(), Duration.ofDays(90));
      OfflineIssuance issuance =
          new OfflineIssuance(
              OfflineIssuance.VERSION,
              List.of(),
              List.of(
                  new OfflineIssuance.Crl(
                      root.ski(),
                      Integer.toString(number),
                      Base64.getEncoder().encodeToString(crl.der()))));
      new ObjectMapper().writeValue(file.toFile(), issuance);
      ca.in(this::imported);
    }
    ca.publisher.refresh();

    assertThat(ca.publisher.currentCrl(root.ski()).orElseThrow().number()).isEqualTo(7);
  }

  @Test
  void revokeWhenItIsACaThenRefuses() throws Exception {
    write();
    ca.in(this::imported);
    String serial = ca.all().get(1).serial();

    assertThatThrownBy(
            () -> ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.SUPERSEDED)))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  @Test
  void runWhenFileIsBrokenThenSaysWhich() throws Exception {
    Files.writeString(file, "{");

    assertThatThrownBy(() -> ca.in(this::imported))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("import.json");
  }

  private int imported() {
    return new CertificateImport(ca.settings, ca.entityManager, ca.crlLedger, ca.audit, ca.clock)
        .run();
  }

  private byte[] write() throws Exception {
    CertificateIssuer issuing = ca.authorities.issuing();
    X509Certificate server =
        issuing.sign(
            issuing.prepare(
                CertificateProfile.SERVER,
                CertificateHolder.server(
                    "grid.example", "Grid", "https", List.of("grid.example"), List.of()),
                CaFixture.newKey().getPublic()));
    SignedCrl crl = issuing.signCrl(BigInteger.valueOf(7), List.of(), Duration.ofDays(7));
    String root = ca.authorities.root().ski();
    OfflineIssuance issuance =
        new OfflineIssuance(
            OfflineIssuance.VERSION,
            List.of(
                issued("root", "root-ca", root, ca.authorities.root().certificate()),
                issued("issuing", "issuing-ca", root, issuing.certificate()),
                issued("https", "server", issuing.ski(), server)),
            List.of(
                new OfflineIssuance.Crl(
                    issuing.ski(), "7", Base64.getEncoder().encodeToString(crl.der()))));
    new ObjectMapper().writeValue(file.toFile(), issuance);
    return crl.der();
  }

  private static OfflineIssuance.Issued issued(
      String name, String profile, String issuer, X509Certificate certificate) throws Exception {
    return new OfflineIssuance.Issued(
        name, profile, 1, issuer, Base64.getEncoder().encodeToString(certificate.getEncoded()));
  }
}
