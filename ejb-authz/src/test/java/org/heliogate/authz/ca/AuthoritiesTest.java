package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.platform.Settings;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.Pkcs12KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.KeyCarrier;
import org.heliogate.hsm.ca.KeyType;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.SignatureAlgorithm;
import org.heliogate.hsm.ca.SignedCrl;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;
import org.heliogate.hsm.ca.TbsSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthoritiesTest {

  private static final char[] PASSWORD = "test-password".toCharArray();
  private static final PkiLocations LOCATIONS =
      new PkiLocations(URI.create("http://localhost:8080/pki"), false);

  private final CaFixture.Settable clock =
      new CaFixture.Settable(Instant.parse("2026-11-01T12:00:00Z"));
  private KeyStore store;
  private CertificateIssuer rootCa;
  private Path file;

  @BeforeEach
  void makeRoot(@TempDir Path directory) throws Exception {
    file = directory.resolve("keys.p12");
    store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    KeyPair pair = ec("secp384r1");
    X509Certificate root =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Root", "Grid"),
            pair.getPublic(),
            signer(pair),
            LOCATIONS,
            clock);
    rootCa = new CertificateIssuer(root, signer(pair), LOCATIONS, clock);
    store.setKeyEntry("root", pair.getPrivate(), PASSWORD, new Certificate[] {root});
  }

  @Test
  void issuingWhenSideBySideThenKeyIsCertifiedByCaOfItsAlgorithm() throws Exception {
    X509Certificate p256 = add("issuing", ec("secp256r1"));
    X509Certificate p384 = add("issuing-2", ec("secp384r1"));
    X509Certificate rsa = add("issuing-3", rsa());
    Authorities authorities = authorities();

    assertThat(authorities.issuing().certificate()).isEqualTo(p256);
    assertThat(authorities.issuing(KeyType.EC_P256).certificate()).isEqualTo(p256);
    assertThat(authorities.issuing(KeyType.EC_P384).certificate()).isEqualTo(p384);
    assertThat(authorities.issuing(KeyType.RSA).certificate()).isEqualTo(rsa);
    assertThat(authorities.all())
        .extracting(CertificateIssuer::certificate)
        .containsExactly(p256, rsa, p384, rootCa.certificate());
    assertThat(authorities.certificates()).containsExactly(p256, rsa, p384, rootCa.certificate());
  }

  @Test
  void allThenEachSignsByTheAlgorithmOfItsKey() throws Exception {
    add("issuing", ec("secp256r1"));
    add("issuing-2", ec("secp384r1"));
    add("issuing-3", rsa());

    assertThat(authorities().all())
        .extracting(ca -> crl(ca).getSigAlgName())
        .containsExactly("SHA256withECDSA", "SHA256withRSA", "SHA384withECDSA", "SHA384withECDSA");
    for (CertificateIssuer ca : authorities().all()) {
      crl(ca).verify(ca.certificate().getPublicKey());
      if (!Authorities.isRoot(ca)) {
        X509Certificate leaf =
            ca.sign(
                ca.prepare(
                    CertificateProfile.DEVICE_CLIENT,
                    CertificateHolder.device("hg-a", null, "SE-1"),
                    ec("secp256r1").getPublic()));
        leaf.verify(ca.certificate().getPublicKey());
        assertThat(leaf.getSigAlgName())
            .isEqualTo(SignatureAlgorithm.of(ca.certificate().getPublicKey()).jcaName());
      }
    }
  }

  @Test
  void issuingWhenNoCaOfTheAlgorithmThenDefaultIssues() throws Exception {
    X509Certificate p256 = add("issuing", ec("secp256r1"));

    assertThat(authorities().issuing(KeyType.RSA).certificate()).isEqualTo(p256);
    assertThat(authorities().issuing(KeyType.EC_P384).certificate()).isEqualTo(p256);
  }

  @Test
  void issuingWhenRolledOverThenLatestIssuesAndBothArePublished() throws Exception {
    X509Certificate first = add("issuing", ec("secp256r1"));
    clock.advance(Duration.ofDays(3000));
    X509Certificate second = add("issuing-2", ec("secp256r1"));
    add("issuing-3", rsa());
    Authorities authorities = authorities();

    assertThat(authorities.issuing().certificate()).isEqualTo(second);
    assertThat(authorities.certificates()).startsWith(second).contains(first);
    X509Certificate leaf =
        authorities
            .find(SubjectKeyIdentifiers.of(first))
            .orElseThrow()
            .sign(
                authorities
                    .find(SubjectKeyIdentifiers.of(first))
                    .orElseThrow()
                    .prepare(
                        CertificateProfile.DEVICE_CLIENT,
                        CertificateHolder.device("hg-a", null, "SE-1"),
                        ec("secp256r1").getPublic()));
    assertThat(authorities.chainPem(leaf)).isEqualTo(Pem.of(List.of(first, rootCa.certificate())));

    clock.advance(Duration.ofDays(660));
    assertThat(authorities.issuing().certificate()).isEqualTo(second);
    assertThat(authorities.certificates()).doesNotContain(first);
    assertThat(authorities.all()).extracting(CertificateIssuer::certificate).doesNotContain(first);
    assertThat(authorities.find(SubjectKeyIdentifiers.of(first))).isPresent();
    assertThat(authorities.certificate(SubjectKeyIdentifiers.of(first))).contains(first);
  }

  @Test
  void issuingWhenCeremonyIsNotOverThenIsNotTakenUp() throws Exception {
    X509Certificate first = add("issuing", ec("secp256r1"));
    KeyPair waiting = ec("secp256r1");
    store.setKeyEntry(
        "issuing-2",
        waiting.getPrivate(),
        PASSWORD,
        new Certificate[] {KeyCarrier.of("waiting", waiting.getPublic(), signer(waiting), clock)});
    store.setKeyEntry(
        "issuing-x", waiting.getPrivate(), PASSWORD, new Certificate[] {rootCa.certificate()});

    assertThat(authorities().certificates()).containsExactly(first, rootCa.certificate());
  }

  @Test
  void rootWhenItsKeyIsElsewhereThenIsTrustedButSignsNothing() throws Exception {
    X509Certificate first = add("issuing", ec("secp256r1"));
    store.deleteEntry("root");
    Authorities authorities = authorities();

    assertThat(authorities.all()).extracting(CertificateIssuer::certificate).containsExactly(first);
    assertThat(authorities.certificates()).containsExactly(first, rootCa.certificate());
    assertThat(authorities.certificate(rootCa.ski())).contains(rootCa.certificate());
    assertThat(authorities.find(rootCa.ski())).isEmpty();
    assertThatThrownBy(authorities::root).isInstanceOf(HsmUnavailableException.class);
  }

  @Test
  void issuingWhenThereIsNoCaThenSaysSo() throws Exception {
    assertThatThrownBy(() -> authorities().issuing())
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(HsmUnavailableException.Reason.KEY_ABSENT));
  }

  private X509CRL crl(CertificateIssuer ca) {
    SignedCrl signed = ca.signCrl(BigInteger.ONE, List.of(), Duration.ofDays(1));
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(signed.der()));
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private X509Certificate add(String alias, KeyPair pair) throws Exception {
    X509Certificate certificate =
        rootCa.sign(
            rootCa.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Issuing " + alias, "Grid"),
                pair.getPublic()));
    store.setKeyEntry(
        alias, pair.getPrivate(), PASSWORD, new Certificate[] {certificate, rootCa.certificate()});
    return certificate;
  }

  private Authorities authorities() throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    Settings settings =
        new Settings(
            "https://localhost:8443",
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of());
    return new Authorities(
        new TokenKeys(new Pkcs12KeyStoreSource(file, PASSWORD::clone), clock), settings, clock);
  }

  private static KeyPair ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    return generator.generateKeyPair();
  }

  private static TbsSigner signer(KeyPair pair) {
    PrivateKey key = pair.getPrivate();
    return tbs -> {
      try {
        Signature signature =
            Signature.getInstance(SignatureAlgorithm.of(pair.getPublic()).jcaName());
        signature.initSign(key);
        signature.update(tbs);
        return signature.sign();
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
