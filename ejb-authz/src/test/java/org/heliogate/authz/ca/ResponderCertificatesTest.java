package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.TbsSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponderCertificatesTest {

  private CaFixture ca;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void issueThenHasTheOrganizationOfTheAuthority() throws Exception {
    assertThat(issued("CN=Devices,OU=CAs,O=Grid Ltd.")).isEqualTo("CN=ocsp-1,OU=OCSP,O=Grid Ltd.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=Devices,O=M\u00fcller & Co",
        "CN=Devices",
        "CN=Devices,O=A very long name of an organization that has more letters than others"
      })
  void issueWhenTheAuthorityIsNamedInLettersOfItsOwnThenHasAnother(String subject)
      throws Exception {
    assertThat(issued(subject)).isEqualTo("CN=ocsp-1,OU=OCSP,O=Heliogate");
  }

  private String issued(String subject) throws Exception {
    return ca.responderCertificates()
        .issue(authority(subject), "ocsp-1", CaFixture.newKey().getPublic())
        .getSubjectX500Principal()
        .getName();
  }

  /** A CA that a root elsewhere has named. */
  private CertificateIssuer authority(String subject) throws Exception {
    KeyPair pair = CaFixture.newKey();
    Instant now = ca.clock.instant();
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=Root,O=Elsewhere"),
                        BigInteger.TEN,
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(1000))),
                        new X500Name(subject),
                        pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()))
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(CaFixture.newKey().getPrivate())));
    return new CertificateIssuer(
        certificate,
        signer(pair),
        new PkiLocations(URI.create("http://localhost/pki"), true),
        ca.clock);
  }

  private static TbsSigner signer(KeyPair pair) {
    return tbs -> {
      try {
        Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
        signature.initSign(pair.getPrivate());
        signature.update(tbs);
        return signature.sign();
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
