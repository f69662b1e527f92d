package org.heliogate.hsm.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/**
 * The self-signed certificate of a key that signs no certificates and no TLS: a Java key store
 * keeps a private key only beside one. Nobody trusts it and no relying party sees it.
 */
public final class KeyCarrier {

  private static final int SERIAL_BITS = 126;

  private KeyCarrier() {}

  /**
   * Makes one that is valid as long as a root.
   *
   * @param name its CN
   * @param publicKey the key
   * @param signer signs by the matching private key
   * @param clock the time of issuance
   */
  public static X509Certificate of(
      String name, PublicKey publicKey, TbsSigner signer, Clock clock) {
    X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, name).build();
    Instant from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    try {
      byte[] der =
          new X509v3CertificateBuilder(
                  subject,
                  new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS),
                  Date.from(from),
                  Date.from(from.plus(CertificateProfile.ROOT_CA.validity())),
                  subject,
                  SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()))
              .build(new TbsContentSigner(signer, SignatureAlgorithm.of(publicKey)))
              .getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the certificate of key " + name + " cannot be made", e);
    }
  }
}
