package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TestKeys;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CertificateIssuerTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final PkiLocations LOCATIONS =
      new PkiLocations(URI.create("http://pki.example:8080/pki/"), false);
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

  private static KeyPair rootKey;
  private static X509Certificate root;
  private static CertificateIssuer rootCa;
  private static KeyPair issuingKey;
  private static CertificateIssuer issuing;
  private static KeyPair leafKey;

  @BeforeAll
  static void makeAuthorities() throws Exception {
    rootKey = TestKeys.newEcKey("secp256r1");
    issuingKey = TestKeys.newEcKey("secp256r1");
    leafKey = TestKeys.newEcKey("secp256r1");
    root =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Root", "Grid"),
            rootKey.getPublic(),
            TestKeys.signer(rootKey),
            LOCATIONS,
            CLOCK);
    rootCa = new CertificateIssuer(root, TestKeys.signer(rootKey), LOCATIONS, CLOCK);
    X509Certificate certificate =
        rootCa.sign(
            rootCa.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Issuing", "Grid"),
                issuingKey.getPublic()));
    issuing = new CertificateIssuer(certificate, TestKeys.signer(issuingKey), LOCATIONS, CLOCK);
  }

  @Test
  void selfSignedThenIsRootWithPathLengthOne() throws Exception {
    root.verify(root.getPublicKey());
    assertThat(root.getBasicConstraints()).isEqualTo(1);
    assertThat(root.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
    assertThat(rootCa.ski()).matches("[0-9a-f]{40}");
    assertThat(SubjectKeyIdentifiers.of(root)).isEqualTo(rootCa.ski());
  }

  @Test
  void signWhenDeviceThenCertificateIsOfItsProfile() throws Exception {
    PreparedCertificate prepared =
        issuing.prepare(
            CertificateProfile.DEVICE_CLIENT,
            CertificateHolder.device("hg-a", "xmpp.example", "SE-000001"),
            leafKey.getPublic());
    X509Certificate certificate = issuing.sign(prepared);

    certificate.verify(issuing.certificate().getPublicKey());
    assertThat(certificate.getSerialNumber()).isEqualTo(prepared.serial());
    assertThat(certificate.getSerialNumber().bitLength()).isEqualTo(127);
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=hg-a");
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    assertThat(certificate.getNotBefore().toInstant())
        .isEqualTo(issuing.certificate().getNotBefore().toInstant());
    assertThat(certificate.getNotAfter().toInstant())
        .isEqualTo(prepared.notAfter())
        .isEqualTo(NOW.minus(CertificateIssuer.BACKDATING).plus(Duration.ofDays(365)));
    assertThat(names(certificate, GeneralName.uniformResourceIdentifier))
        .containsExactly("urn:heliogate:device:SE-000001");
    assertThat(names(certificate, GeneralName.otherName).toString())
        .contains("1.3.6.1.5.5.7.8.5")
        .contains("hg-a@xmpp.example");
    assertThat(text(certificate, "2.5.29.31"))
        .contains("http://pki.example:8080/pki/crl/" + issuing.ski());
    assertThat(text(certificate, "1.3.6.1.5.5.7.1.1"))
        .contains("http://pki.example:8080/pki/ca/" + issuing.ski() + ".cer")
        .doesNotContain("ocsp");
  }

  @Test
  void signWhenNoXmppGrantThenAddressIsOfDomainThatCannotExist() throws Exception {
    X509Certificate certificate =
        issuing.sign(
            issuing.prepare(
                CertificateProfile.APPLICATION_CLIENT,
                CertificateHolder.application("hg-b", null, "c-1"),
                leafKey.getPublic()));

    assertThat(names(certificate, GeneralName.otherName).toString()).contains("hg-b@none.invalid");
    assertThat(names(certificate, GeneralName.uniformResourceIdentifier))
        .containsExactly("urn:heliogate:client:c-1");
  }

  @Test
  void signWhenServerThenHasOrganizationAndNoClientAuthentication() throws Exception {
    X509Certificate certificate =
        issuing.sign(
            issuing.prepare(
                CertificateProfile.SERVER,
                CertificateHolder.server(
                    "grid.example", "Grid", "https", List.of("grid.example"), List.of("127.0.0.1")),
                leafKey.getPublic()));

    assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
    assertThat(certificate.getSubjectX500Principal().getName()).contains("OU=https").contains("O=");
    assertThat(names(certificate, GeneralName.dNSName)).containsExactly("grid.example");
    assertThat(names(certificate, GeneralName.otherName).toString())
        .contains("grid.example@none.invalid");
  }

  @Test
  void signWhenResponderThenSignsOcspOnlyAndIsNotChecked() throws Exception {
    X509Certificate certificate =
        issuing.sign(
            issuing.prepare(
                CertificateProfile.OCSP_RESPONDER,
                CertificateHolder.responder("ocsp-1", "Grid"),
                leafKey.getPublic()));

    certificate.verify(issuing.certificate().getPublicKey());
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(OCSP_SIGNING);
    assertThat(certificate.getKeyUsage())
        .isEqualTo(new boolean[] {true, false, false, false, false, false, false, false, false});
    // Java's own certificate gives no value for this extension.
    assertThat(
            new X509CertificateHolder(certificate.getEncoded())
                .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck)
                .getParsedValue())
        .isEqualTo(DERNull.INSTANCE);
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    assertThat(certificate.getExtensionValue("2.5.29.31")).isNull();
    assertThat(certificate.getExtensionValue("1.3.6.1.5.5.7.1.1")).isNull();
    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=ocsp-1,OU=OCSP,O=Grid");
    assertThat(names(certificate, GeneralName.otherName).toString())
        .contains("ocsp-1@none.invalid");
    assertThat(certificate.getNotAfter().toInstant())
        .isEqualTo(NOW.minus(CertificateIssuer.BACKDATING).plus(Duration.ofDays(14)));
  }

  @Test
  void prepareWhenOcspIsAnnouncedThenNamesIt() throws Exception {
    CertificateIssuer withOcsp =
        new CertificateIssuer(
            issuing.certificate(),
            TestKeys.signer(issuingKey),
            new PkiLocations(URI.create("http://pki.example/pki"), true),
            CLOCK);
    X509Certificate certificate = withOcsp.sign(prepared(withOcsp));

    assertThat(text(certificate, "1.3.6.1.5.5.7.1.1")).contains("http://pki.example/pki/ocsp");
  }

  @Test
  void prepareWhenIssuerEndsEarlierThenEndsWithIt() throws Exception {
    Instant late = issuing.certificate().getNotAfter().toInstant().minus(Duration.ofDays(10));
    CertificateIssuer old =
        new CertificateIssuer(
            issuing.certificate(),
            TestKeys.signer(issuingKey),
            LOCATIONS,
            Clock.fixed(late, ZoneOffset.UTC));

    assertThat(prepared(old).notAfter()).isEqualTo(issuing.certificate().getNotAfter().toInstant());
  }

  @Test
  void prepareWhenIssuerIsOverThenRefuses() {
    CertificateIssuer over =
        new CertificateIssuer(
            issuing.certificate(),
            TestKeys.signer(issuingKey),
            LOCATIONS,
            Clock.fixed(issuing.certificate().getNotAfter().toInstant(), ZoneOffset.UTC));

    assertThatThrownBy(() -> prepared(over)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void prepareWhenHolderIsOfAnotherKindThenRefuses() {
    CertificateHolder device = CertificateHolder.device("hg-a", null, "SE-1");
    CertificateHolder authority = CertificateHolder.authority("CA", "Grid");
    for (CertificateProfile profile :
        List.of(
            CertificateProfile.SERVER,
            CertificateProfile.ISSUING_CA,
            CertificateProfile.OCSP_RESPONDER)) {
      assertThatThrownBy(() -> issuing.prepare(profile, device, leafKey.getPublic()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> issuing.prepare(CertificateProfile.DEVICE_CLIENT, authority, leafKey.getPublic()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void signWhenTakenByManyThreadsThenSignsOnce() throws Exception {
    AtomicInteger signatures = new AtomicInteger();
    CertificateIssuer counting =
        new CertificateIssuer(
            issuing.certificate(),
            tbs -> {
              signatures.incrementAndGet();
              return TestKeys.signer(issuingKey).sign(tbs);
            },
            LOCATIONS,
            CLOCK);
    PreparedCertificate prepared = prepared(counting);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    int refused = 0;
    try {
      Callable<X509Certificate> sign = () -> counting.sign(prepared);
      for (Future<X509Certificate> future :
          threads.invokeAll(java.util.Collections.nCopies(16, sign))) {
        try {
          future.get();
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(IllegalStateException.class);
          refused++;
        }
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(refused).isEqualTo(15);
    assertThat(signatures).hasValue(1);
  }

  @Test
  void signWhenHsmFailsThenTheSameIsNotSignedAgain() throws Exception {
    CertificateIssuer failing =
        new CertificateIssuer(
            issuing.certificate(),
            tbs -> {
              throw new HsmUnavailableException(
                  HsmUnavailableException.Reason.FAULT, "no session", null);
            },
            LOCATIONS,
            CLOCK);
    PreparedCertificate prepared = prepared(failing);

    assertThatThrownBy(() -> failing.sign(prepared)).isInstanceOf(HsmUnavailableException.class);
    assertThatThrownBy(() -> issuing.sign(prepared)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void signWhenKeyIsNotTheCertificatesThenRefusesTheResult() throws Exception {
    CertificateIssuer wrong =
        new CertificateIssuer(issuing.certificate(), TestKeys.signer(rootKey), LOCATIONS, CLOCK);
    PreparedCertificate prepared = prepared(wrong);

    assertThatThrownBy(() -> wrong.sign(prepared)).isInstanceOf(HsmUnavailableException.class);
  }

  @Test
  void signWhenPreparedByAnotherCaThenRefuses() throws Exception {
    PreparedCertificate prepared = prepared(issuing);

    assertThatThrownBy(() -> rootCa.sign(prepared)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void prepareWhenRepeatedThenSerialsDiffer() throws Exception {
    Set<BigInteger> serials = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      BigInteger serial = prepared(issuing).serial();
      assertThat(serial.signum()).isEqualTo(1);
      assertThat(serials.add(serial)).isTrue();
    }
  }

  @Test
  void signCrlThenListsTheRevoked() throws Exception {
    SignedCrl signed =
        issuing.signCrl(
            BigInteger.TEN,
            List.of(
                new RevokedCertificate(
                    BigInteger.valueOf(77), NOW.minusSeconds(5), RevocationReason.SUPERSEDED),
                new RevokedCertificate(BigInteger.valueOf(78), NOW, RevocationReason.UNSPECIFIED)),
            Duration.ofDays(1));
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(signed.der()));

    crl.verify(issuing.certificate().getPublicKey());
    assertThat(crl.getNextUpdate().toInstant())
        .isEqualTo(signed.nextUpdate())
        .isEqualTo(NOW.plus(Duration.ofDays(1)));
    assertThat(crl.getRevokedCertificates()).hasSize(2);
    assertThat(crl.getRevokedCertificate(BigInteger.valueOf(77)).getRevocationReason())
        .isEqualTo(java.security.cert.CRLReason.SUPERSEDED);
    assertThat(crl.getRevokedCertificate(BigInteger.valueOf(78)).hasExtensions()).isFalse();
    assertThat(crl.getExtensionValue("2.5.29.35")).isNotNull();
    assertThat(signed.number()).isEqualTo(BigInteger.TEN);
  }

  private static PreparedCertificate prepared(CertificateIssuer issuer) throws Exception {
    return issuer.prepare(
        CertificateProfile.DEVICE_CLIENT,
        CertificateHolder.device("hg-a", null, "SE-1"),
        leafKey.getPublic());
  }

  private static List<String> names(X509Certificate certificate, int tag) {
    byte[] octets =
        ASN1OctetString.getInstance(certificate.getExtensionValue("2.5.29.17")).getOctets();
    return java.util.Arrays.stream(GeneralNames.getInstance(octets).getNames())
        .filter(name -> name.getTagNo() == tag)
        .map(name -> name.getName().toString())
        .toList();
  }

  private static String text(X509Certificate certificate, String oid) {
    return new String(
        certificate.getExtensionValue(oid), java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
