package org.heliogate.bench.onboarding;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.heliogate.bench.measure.Series;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.Authorization;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.Trust;

/**
 * The floor that no request to the server can be faster than: the cheapest request there is, and a
 * full TLS handshake.
 *
 * @param request {@code GET /oauth/jwks} on a connection that is kept alive, median
 * @param handshake TCP connection and TLS handshake, nothing resumed, median
 */
record RoundTrips(Duration request, Duration handshake) {

  private static final int WARM_UP = 50;
  private static final int REQUESTS = 200;
  private static final int HANDSHAKES = 30;

  /** Measures. */
  static RoundTrips measure(AuthorizationServer server, Trust trust) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      request(server);
    }
    Series requests = new Series("request", "", null);
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(request(server));
    }
    Series handshakes = new Series("handshake", "", null);
    for (int i = 0; i < 2 * HANDSHAKES; i++) {
      Duration took = handshake(server.endpoint("/"), trust.sslContext(null));
      if (i >= HANDSHAKES) {
        handshakes.add(took);
      }
    }
    return new RoundTrips(requests.median(), handshakes.median());
  }

  private static Duration request(AuthorizationServer server) {
    long start = System.nanoTime();
    Answer answer = server.get(server.endpoint("/oauth/jwks"), Authorization.NONE);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (!answer.isOk()) {
      throw answer.refusal("the key set");
    }
    return took;
  }

  private static Duration handshake(URI server, SSLContext fresh) throws IOException {
    int port = server.getPort() < 0 ? 443 : server.getPort();
    long start = System.nanoTime();
    try (SSLSocket socket =
        (SSLSocket) fresh.getSocketFactory().createSocket(server.getHost(), port)) {
      socket.startHandshake();
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }
}
