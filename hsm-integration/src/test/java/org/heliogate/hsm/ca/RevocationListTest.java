package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.heliogate.hsm.TestKeys;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RevocationListTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static CertificateIssuer issuer;
  private static KeyPair key;

  @BeforeAll
  static void makeAuthority() throws Exception {
    key = TestKeys.newEcKey("secp256r1");
    PkiLocations locations = new PkiLocations(URI.create("http://pki.example/pki"), true);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    issuer =
        new CertificateIssuer(
            CertificateIssuer.selfSigned(
                CertificateHolder.authority("CA", "Grid"),
                key.getPublic(),
                TestKeys.signer(key),
                locations,
                clock),
            TestKeys.signer(key),
            locations,
            clock);
  }

  @Test
  void withWhenAddedReplacedAndRemovedThenTheJdkReadsTheSame() throws Exception {
    RevocationList before =
        RevocationList.of(
            List.of(
                entry(1, RevocationReason.UNSPECIFIED),
                entry(200, RevocationReason.CERTIFICATE_HOLD),
                entry(70_000, RevocationReason.SUPERSEDED)));
    RevocationList after =
        before.with(
            List.of(
                entry(200, RevocationReason.KEY_COMPROMISE),
                entry(5, RevocationReason.PRIVILEGE_WITHDRAWN)),
            List.of(BigInteger.ONE, BigInteger.valueOf(99)));

    assertThat(after.size()).isEqualTo(3);
    X509CRL crl = parsed(issuer.signCrl(BigInteger.TWO, after, Duration.ofDays(1), true).der());
    crl.verify(key.getPublic());
    assertThat(crl.getRevokedCertificates()).hasSize(3);
    assertThat(crl.getRevokedCertificate(BigInteger.valueOf(200)).getRevocationReason())
        .isEqualTo(CRLReason.KEY_COMPROMISE);
    assertThat(crl.getRevokedCertificate(BigInteger.valueOf(5)).getRevocationReason())
        .isEqualTo(CRLReason.PRIVILEGE_WITHDRAWN);
    assertThat(crl.getRevokedCertificate(BigInteger.valueOf(70_000)).getRevocationDate())
        .isEqualTo(NOW);
    assertThat(crl.hasUnsupportedCriticalExtension()).isFalse();
  }

  @Test
  void ofWhenReadFromACrlThenTheSameEntries() throws Exception {
    List<RevokedCertificate> many = new ArrayList<>();
    for (int i = 1; i <= 3000; i++) {
      many.add(entry(i * 7919L, RevocationReason.SUPERSEDED));
    }
    byte[] der = issuer.signCrl(BigInteger.TEN, many, Duration.ofDays(1)).der();
    EncodedCrl crl = EncodedCrl.parse(der);

    assertThat(crl.isSignedBy(key.getPublic())).isTrue();
    assertThat(crl.isSignedBy(TestKeys.newEcKey("secp256r1").getPublic())).isFalse();
    assertThat(crl.number()).hasValue(BigInteger.TEN);
    assertThat(crl.thisUpdate()).isEqualTo(NOW);
    assertThat(crl.nextUpdate()).hasValue(NOW.plus(Duration.ofDays(1)));
    assertThat(crl.issuer()).isEqualTo(issuer.certificate().getSubjectX500Principal());
    assertThat(crl.isDelta()).isFalse();
    assertThat(RevocationList.of(crl).size()).isEqualTo(3000);
    assertThat(RevocationList.of(crl).encoded()).isEqualTo(RevocationList.of(many).encoded());
  }

  @Test
  void signDeltaCrlThenIsMarkedAndSaysWhatWasReleased() throws Exception {
    byte[] der =
        issuer
            .signDeltaCrl(
                BigInteger.TEN,
                BigInteger.TWO,
                RevocationList.EMPTY.withReleased(List.of(BigInteger.valueOf(7)), NOW),
                Duration.ofHours(1))
            .der();
    X509CRL delta = parsed(der);

    assertThat(EncodedCrl.parse(der).isDelta()).isTrue();
    assertThat(EncodedCrl.parse(der).hasCriticalExtension()).isTrue();
    assertThat(delta.getExtensionValue("2.5.29.27")).containsExactly(4, 3, 2, 1, 2);
    assertThat(delta.getRevokedCertificate(BigInteger.valueOf(7)).getRevocationReason())
        .isEqualTo(CRLReason.REMOVE_FROM_CRL);
  }

  @Test
  void parseWhenCutOrChangedThenRefusesOrDoesNotVerify() {
    byte[] der =
        issuer
            .signCrl(
                BigInteger.TEN, List.of(entry(77, RevocationReason.SUPERSEDED)), Duration.ofDays(1))
            .der();
    for (int length = 0; length < der.length; length++) {
      byte[] cut = Arrays.copyOf(der, length);
      assertThatThrownBy(() -> EncodedCrl.parse(cut)).isInstanceOf(CRLException.class);
    }
    for (int at = 0; at < der.length; at++) {
      byte[] changed = der.clone();
      changed[at] ^= 1;
      try {
        // A DER signature may be encoded in two ways for some verifiers, so the last part is not
        // asserted.
        if (at < der.length - 80) {
          assertThat(EncodedCrl.parse(changed).isSignedBy(key.getPublic())).as("%d", at).isFalse();
        } else {
          EncodedCrl.parse(changed);
        }
      } catch (CRLException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static RevokedCertificate entry(long serial, RevocationReason reason) {
    return new RevokedCertificate(BigInteger.valueOf(serial), NOW, reason);
  }

  private static X509CRL parsed(byte[] der) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
  }
}
