package org.heliogate.rar.mqtt;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A throw-away CA with the files that broker and proxy need; nothing of it outlives the test. */
final class TestPki {

  static final String PASSWORD = "throw-away";
  private static final X500Name CA = new X500Name("CN=Test CA");

  private final Path directory;
  private final Instant now = Clock.systemUTC().instant();
  private final AtomicLong serial = new AtomicLong(1);
  private final KeyPair caKeys;
  private final X509Certificate ca;
  private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

  TestPki(Path directory) throws Exception {
    this.directory = directory;
    caKeys = keys();
    ca = certificate("Test CA", caKeys, true);
    Files.writeString(file("ca.pem"), pem(ca));
    Files.writeString(file("crl.pem"), pem(crl()));
    KeyPair broker = keys();
    Files.writeString(file("broker.pem"), pem(certificate("localhost", broker, false)));
    Files.writeString(file("broker.key"), pem(new JcaPKCS8Generator(broker.getPrivate(), null)));
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", ca);
    store(trust, file("trust.p12"));
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Writes a PKCS#12 file with a new client key and certificate. */
  Path clientStore(String commonName) throws Exception {
    Path file = file(commonName + ".p12");
    store(clientKeyStore(commonName), file);
    return file;
  }

  /** A TLS context for a client; without a certificate if there is no name. */
  SSLContext context(@Nullable String commonName) {
    return contexts.computeIfAbsent(commonName == null ? "" : commonName, this::newContext);
  }

  private SSLContext newContext(String commonName) {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("ca", ca);
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(trust);
      KeyManager[] own = null;
      if (!commonName.isEmpty()) {
        KeyManagerFactory keys =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(clientKeyStore(commonName), PASSWORD.toCharArray());
        own = keys.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private KeyStore clientKeyStore(String commonName)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPair keys = keys();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = {certificate(commonName, keys, false), ca};
    store.setKeyEntry("client", keys.getPrivate(), PASSWORD.toCharArray(), chain);
    return store;
  }

  private X509Certificate certificate(String commonName, KeyPair keys, boolean isCa)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            CA,
            BigInteger.valueOf(serial.getAndIncrement()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Name("CN=" + commonName),
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
    if (!isCa) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, commonName)));
    }
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
  }

  private Object crl() throws OperatorCreationException {
    return new X509v2CRLBuilder(CA, Date.from(now.minus(Duration.ofHours(1))))
        .setNextUpdate(Date.from(now.plus(Duration.ofDays(1))))
        .build(signer());
  }

  private ContentSigner signer() throws OperatorCreationException {
    PrivateKey key = caKeys.getPrivate();
    return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void store(KeyStore store, Path file) throws Exception {
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }
}
