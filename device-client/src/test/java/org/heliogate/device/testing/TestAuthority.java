package org.heliogate.device.testing;

import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A throw-away certification authority for tests. */
public final class TestAuthority {

  private static final X500Principal NAME = new X500Principal("CN=Throw-away test CA");

  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  public TestAuthority() {
    this.certificate = sign(NAME, keys.getPublic(), Duration.ofDays(1), true);
  }

  public static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate sign(
      X500Principal subject, PublicKey key, Duration life, boolean authority) {
    try {
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              new BigInteger(64, new SecureRandom()),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plus(life)),
              subject,
              key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Checks the request's proof of possession and signs it for a time. */
  public X509Certificate sign(byte[] certificationRequest, Duration life) {
    try {
      JcaPKCS10CertificationRequest request =
          new JcaPKCS10CertificationRequest(certificationRequest);
      if (!request.isSignatureValid(
          new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
        throw new IllegalArgumentException("no proof of possession");
      }
      return sign(
          new X500Principal(request.getSubject().getEncoded()),
          request.getPublicKey(),
          life,
          false);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public X509Certificate issue(String commonName, PublicKey key) {
    return sign(new X500Principal("CN=" + commonName), key, Duration.ofDays(1), false);
  }

  /** A server's TLS context for localhost. */
  public SSLContext serverContext() {
    try {
      KeyPair own = newKeys();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server",
          own.getPrivate(),
          new char[0],
          new Certificate[] {issue("localhost", own.getPublic())});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public String pem() {
    return pem(certificate);
  }

  public static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
