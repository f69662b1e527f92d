package org.heliogate.device;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.heliogate.device.element.ApplicationKeys;
import org.heliogate.device.http.ClientTls;
import org.heliogate.device.http.Trust;

/**
 * What a client needs to connect to a resource server (D3.4.2 §4): a certificate on disk, and the
 * name of the key in the secure element that goes with it.
 *
 * @param resourceServer the resource server's ID
 * @param uri where it listens for such credentials, for example {@code mqtts://localhost:8883}
 * @param username the client's name there
 * @param keyAlias the key pair's name in the secure element
 * @param certificate the client's certificate with its intermediate issuers, PEM
 * @param caCertificates the authorities that the resource server's certificate leads to, PEM
 */
public record Credentials(
    String resourceServer,
    URI uri,
    String username,
    String keyAlias,
    String certificate,
    String caCertificates) {

  private static final int SHARES = 1_000;

  /** The certificate chain, the client's own certificate first. */
  public List<X509Certificate> chain() {
    return Trust.certificates(certificate, "the client certificate");
  }

  /** When the certificate ends. */
  public Instant expiresAt() {
    return chain().get(0).getNotAfter().toInstant();
  }

  /** How long the certificate is valid in all. */
  Duration life() {
    X509Certificate own = chain().get(0);
    return Duration.between(own.getNotBefore().toInstant(), own.getNotAfter().toInstant());
  }

  /**
   * When it should be renewed: after two thirds of its life, and up to a twelfth of it later, which
   * its serial number decides, so that certificates that were issued together are not all renewed
   * together.
   */
  public Instant renewAt() {
    X509Certificate own = chain().get(0);
    Duration life = life();
    long share = Math.floorMod(own.getSerialNumber().longValue(), SHARES);
    return own.getNotBefore()
        .toInstant()
        .plus(life.multipliedBy(2).dividedBy(3))
        .plus(life.dividedBy(12L * SHARES).multipliedBy(share));
  }

  /**
   * Key and trust for the connection.
   *
   * @param keys the secure element, unlocked
   */
  public ClientTls tls(ApplicationKeys keys) {
    return new ClientTls(
        Trust.of(caCertificates, "the CA certificates of " + resourceServer),
        keys.keyManager(keyAlias, chain()));
  }
}
