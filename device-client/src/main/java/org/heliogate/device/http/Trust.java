package org.heliogate.device.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.jspecify.annotations.Nullable;

/** The certification authorities that a connection trusts, and no others. */
public final class Trust {

  private final List<X509Certificate> authorities;

  private Trust(List<X509Certificate> authorities) {
    this.authorities = authorities;
  }

  /**
   * Trusts the certificates of a PEM file.
   *
   * @throws ConfigurationException when it cannot be read or holds none
   */
  public static Trust in(Path caFile) {
    byte[] content =
        DurableFile.read(caFile, "Put the authorization server's CA certificates there (PEM).");
    return of(new String(content, StandardCharsets.US_ASCII), caFile.toString());
  }

  /**
   * Trusts the certificates of a PEM text.
   *
   * @param pem the certificates
   * @param source where they are from, for the error's message
   * @throws ConfigurationException when it holds none
   */
  public static Trust of(String pem, String source) {
    return new Trust(certificates(pem, source));
  }

  /**
   * Reads the certificates of a PEM text, in their order.
   *
   * @param pem the text
   * @param source where it is from, for the error's message
   * @throws ConfigurationException when it holds none
   */
  public static List<X509Certificate> certificates(String pem, String source) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
      throw new ConfigurationException(
          source + " holds no certificate", "Provide X.509 certificates in PEM.");
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException(
          source + " holds no readable certificate", "Provide X.509 certificates in PEM.", e);
    }
  }

  /**
   * A TLS context with this trust.
   *
   * @param client the client's own key, {@code null} for none
   */
  public SSLContext sslContext(@Nullable KeyManager client) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          client == null ? null : new KeyManager[] {client},
          trustManagers().getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /** What checks certificate chains against this trust. */
  public TrustManagerFactory trustManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        store.setCertificateEntry("ca-" + number++, authority);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      return trust;
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(e);
    }
  }

  private static ConfigurationException unusable(Exception cause) {
    return new ConfigurationException(
        "cannot set up TLS: " + cause.getMessage(), "Check the Java installation.", cause);
  }
}
