package org.heliogate.hsm.crl;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.security.cert.CRLException;
import java.time.Duration;
import java.util.Optional;
import org.heliogate.hsm.ca.EncodedCrl;
import org.jspecify.annotations.Nullable;

/** Where a CRL is fetched by HTTP, in DER; asks only for what changed since the last time. */
final class CrlLocation {

  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(10).toMillis();

  private final URI uri;
  private @Nullable String entityTag;

  CrlLocation(URI uri) {
    this.uri = uri;
  }

  URI uri() {
    return uri;
  }

  /** Forgets what was fetched, so that the next request is answered in full. */
  void forget() {
    entityTag = null;
  }

  /**
   * Fetches the CRL.
   *
   * @return the CRL, or empty if it is the same as the last time
   * @throws IOException if the server does not answer, or with another status than 200 and 304
   * @throws CrlRefusedException if the answer is no CRL or longer than 16 MiB
   */
  Optional<EncodedCrl> fetch() throws IOException, CrlRefusedException {
    URLConnection opened = uri.toURL().openConnection();
    if (!(opened instanceof HttpURLConnection connection)) {
      throw new IOException(uri + " is not an HTTP address");
    }
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestProperty("Accept", "application/pkix-crl");
    if (entityTag != null) {
      connection.setRequestProperty("If-None-Match", entityTag);
    }
    int status = connection.getResponseCode();
    if (status == HttpURLConnection.HTTP_NOT_MODIFIED && entityTag != null) {
      return Optional.empty();
    }
    if (status != HttpURLConnection.HTTP_OK) {
      try (InputStream error = connection.getErrorStream()) {
        if (error != null) {
          error.readNBytes(MAX_BYTES);
        }
      }
      throw new IOException(uri + " answers with status " + status);
    }
    byte[] body;
    try (InputStream in = connection.getInputStream()) {
      body = in.readNBytes(MAX_BYTES + 1);
    }
    if (body.length > MAX_BYTES) {
      throw new CrlRefusedException("the CRL is longer than 16 MiB", null);
    }
    EncodedCrl crl = parsed(body);
    entityTag = connection.getHeaderField("ETag");
    return Optional.of(crl);
  }

  private static EncodedCrl parsed(byte[] body) throws CrlRefusedException {
    try {
      return EncodedCrl.parse(body);
    } catch (CRLException e) {
      throw new CrlRefusedException("the answer is no CRL", e);
    }
  }
}
