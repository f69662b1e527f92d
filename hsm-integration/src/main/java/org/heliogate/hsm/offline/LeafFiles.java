package org.heliogate.hsm.offline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;

/** How software keys and their chains are kept in files: PKCS#12, or PEM for Mosquitto. */
final class LeafFiles {

  private static final String HEADER = "-----BEGIN PRIVATE KEY-----";
  private static final String FOOTER = "-----END PRIVATE KEY-----";

  private LeafFiles() {}

  static Optional<X509Certificate> readPkcs12Certificate(Path file, String alias, char[] password)
      throws GeneralSecurityException, IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keyStore.load(in, password);
    }
    return keyStore.isKeyEntry(alias)
            && keyStore.getCertificate(alias) instanceof X509Certificate certificate
        ? Optional.of(certificate)
        : Optional.empty();
  }

  static void writePkcs12(
      Path file, String alias, char[] password, PrivateKey key, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    KeyStore keyStore = emptyPkcs12();
    keyStore.setKeyEntry(alias, key, password, chain.toArray(Certificate[]::new));
    write(file, keyStore, password);
  }

  /** The certificates in a trust store; none if there is no such file. */
  static Set<X509Certificate> readTrust(Path file, char[] password)
      throws GeneralSecurityException, IOException {
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    if (Files.exists(file)) {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        keyStore.load(in, password);
      }
      for (String alias : Collections.list(keyStore.aliases())) {
        if (keyStore.getCertificate(alias) instanceof X509Certificate certificate) {
          trusted.add(certificate);
        }
      }
    }
    return trusted;
  }

  static void writeTrust(Path file, char[] password, Set<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    KeyStore keyStore = emptyPkcs12();
    for (X509Certificate ca : trusted) {
      keyStore.setCertificateEntry(SubjectKeyIdentifiers.of(ca), ca);
    }
    write(file, keyStore, password);
  }

  static Optional<PrivateKey> readPemKey(Path file) throws GeneralSecurityException, IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    int from = text.indexOf(HEADER);
    int to = text.indexOf(FOOTER);
    if (from < 0 || to < from) {
      throw new GeneralSecurityException(file + " is no PKCS#8 private key in PEM");
    }
    byte[] der = Base64.getMimeDecoder().decode(text.substring(from + HEADER.length(), to));
    return Optional.of(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
  }

  static Optional<X509Certificate> readPemCertificate(Path file)
      throws GeneralSecurityException, IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in)
              instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    }
  }

  static void writePemKey(Path file, PrivateKey key) throws IOException {
    AtomicFile.write(
        file,
        Pem.of("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII),
        AtomicFile.PRIVATE);
  }

  static void writePem(Path file, List<X509Certificate> certificates) throws IOException {
    AtomicFile.write(
        file, Pem.of(certificates).getBytes(StandardCharsets.US_ASCII), AtomicFile.PUBLIC);
  }

  private static KeyStore emptyPkcs12() throws GeneralSecurityException, IOException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    keyStore.load(null, null);
    return keyStore;
  }

  private static void write(Path file, KeyStore keyStore, char[] password)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    keyStore.store(out, password);
    AtomicFile.write(file, out.toByteArray(), AtomicFile.PRIVATE);
  }
}
