package org.heliogate.authz.est;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/** The Simple PKI Response (RFC 5272 §4.1): a CMS SignedData with certificates and no signature. */
final class CertsOnly {

  private CertsOnly() {}

  /** The response with these certificates, DER. */
  static byte[] of(Collection<X509Certificate> certificates) {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new JcaCertStore(certificates));
      return generator
          .generate(new CMSAbsentContent())
          .toASN1Structure()
          .getEncoded(ASN1Encoding.DER);
    } catch (CMSException | CertificateEncodingException | IOException e) {
      throw new IllegalStateException("certificates that were read cannot be encoded", e);
    }
  }

  /** The response with one certificate, which is given in PEM. */
  static byte[] of(String pem) {
    try {
      return of(
          List.of(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)))));
    } catch (CertificateException e) {
      throw new IllegalStateException("an issued certificate cannot be read", e);
    }
  }
}
