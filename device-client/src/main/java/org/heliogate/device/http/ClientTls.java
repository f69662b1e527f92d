package org.heliogate.device.http;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * What a TLS client needs to know each other: whom it trusts, and the key that it shows itself
 * with, which may stay in a secure element.
 *
 * @param trust the authorities that the server's certificate must lead to
 * @param key the client's own key and certificate
 */
public record ClientTls(Trust trust, KeyManager key) {

  /** The same as a TLS context, for clients that take one. */
  public SSLContext sslContext() {
    return trust.sslContext(key);
  }
}
