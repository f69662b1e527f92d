package org.heliogate.rar.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The TLS identity of the proxy and its trust in the broker. Files are read anew for each
 * connection, so a renewed certificate is used without a restart.
 */
final class BrokerTls {

  private BrokerTls() {}

  /**
   * Makes the TLS context for one connection.
   *
   * @throws GeneralSecurityException if a store cannot be opened with the sign-on's password, or
   *     the client certificate is not the user's
   * @throws IOException if a file cannot be read
   */
  static SSLContext context(BrokerSettings settings, SignOn signOn)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trustStore(settings, signOn));
    context.init(keyManagers(settings, signOn), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyManager @Nullable [] keyManagers(BrokerSettings settings, SignOn signOn)
      throws GeneralSecurityException, IOException {
    Path file = settings.keyStore();
    if (file == null) {
      return null;
    }
    KeyStore store = load(file, settings.keyStoreType(), signOn.password());
    String commonName = commonName(store, file);
    if (!commonName.equals(signOn.userName())) {
      throw new GeneralSecurityException(
          "the certificate in " + file + " is for CN=" + commonName + ", the user name differs");
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, signOn.password());
    return keys.getKeyManagers();
  }

  private static KeyStore trustStore(BrokerSettings settings, SignOn signOn)
      throws GeneralSecurityException, IOException {
    Path file = settings.trustStore();
    if (settings.trustStoreType().equalsIgnoreCase("PEM")) {
      return pem(file);
    }
    KeyStore store = load(file, settings.trustStoreType(), trustStorePassword(settings, signOn));
    for (String alias : Collections.list(store.aliases())) {
      if (!store.isCertificateEntry(alias)) {
        throw new GeneralSecurityException(file + " holds more than trusted certificates");
      }
    }
    return notEmpty(store, file);
  }

  private static char[] trustStorePassword(BrokerSettings settings, SignOn signOn)
      throws IOException {
    Path file = settings.trustStorePasswordFile();
    return file == null ? signOn.password() : Files.readString(file).strip().toCharArray();
  }

  private static KeyStore pem(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
    }
    return notEmpty(store, file);
  }

  private static KeyStore notEmpty(KeyStore store, Path file) throws GeneralSecurityException {
    if (store.size() == 0) {
      throw new GeneralSecurityException(file + " holds no trusted certificate");
    }
    return store;
  }

  private static KeyStore load(Path file, String type, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(type);
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    return store;
  }

  private static String commonName(KeyStore store, Path file) throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.size() != 1 || !(store.getCertificate(keys.get(0)) instanceof X509Certificate own)) {
      throw new GeneralSecurityException(file + " does not hold exactly one key with certificate");
    }
    try {
      return new LdapName(own.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> rdn.getValue().toString())
              .findFirst()
              .orElse("");
    } catch (InvalidNameException e) {
      throw new GeneralSecurityException(
          "the certificate in " + file + " has no usable subject", e);
    }
  }
}
