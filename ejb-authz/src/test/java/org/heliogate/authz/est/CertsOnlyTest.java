package org.heliogate.authz.est;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.heliogate.hsm.ca.Pem;
import org.junit.jupiter.api.Test;

class CertsOnlyTest {

  @Test
  void ofWhenGivenCertificatesThenADegenerateSignedDataInDer() throws Exception {
    X509Certificate one = certificate("CN=one");
    X509Certificate two = certificate("CN=two");
    byte[] der = CertsOnly.of(List.of(one, two));

    ContentInfo content = ContentInfo.getInstance(ASN1Primitive.fromByteArray(der));
    assertThat(content.getContentType()).isEqualTo(CMSObjectIdentifiers.signedData);
    SignedData signed = SignedData.getInstance(content.getContent());
    assertThat(signed.getVersion()).isEqualTo(new ASN1Integer(1));
    assertThat(signed.getEncapContentInfo().getContentType()).isEqualTo(CMSObjectIdentifiers.data);
    assertThat(signed.getEncapContentInfo().getContent()).isNull();
    assertThat(signed.getSignerInfos().size()).isZero();
    assertThat(signed.getDigestAlgorithms().size()).isZero();
    assertThat(content.getEncoded("DER")).isEqualTo(der);
    assertThat(read(der)).containsExactlyInAnyOrder(one, two);
  }

  @Test
  void ofWhenGivenPemThenThatCertificateAlone() throws Exception {
    X509Certificate one = certificate("CN=one");

    assertThat(read(CertsOnly.of(Pem.of(List.of(one))))).containsExactly(one);
  }

  private static List<Certificate> read(byte[] der) throws Exception {
    return List.copyOf(
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(der)));
  }

  private static X509Certificate certificate(String name) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    X500Name subject = new X500Name(name);
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    subject,
                    BigInteger.ONE,
                    Date.from(start),
                    Date.from(start.plus(Duration.ofDays(1))),
                    subject,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }
}
