package org.heliogate.device.http;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.function.Supplier;
import org.heliogate.device.failure.ConfigurationException;

/** The authorization server: its endpoints, and requests to them (HTTP contract). */
public final class AuthorizationServer {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final String issuer;
  private final HttpTransport transport;

  /**
   * Names the server.
   *
   * @param issuer its base URL, {@code https}, without path, query or fragment
   * @param transport how to reach it
   * @throws ConfigurationException when the issuer is no such URL
   */
  public AuthorizationServer(URI issuer, HttpTransport transport) {
    String path = issuer.getRawPath();
    if (!"https".equals(issuer.getScheme())
        || issuer.getHost() == null
        || !(path == null || path.isEmpty() || path.equals("/"))
        || issuer.getRawQuery() != null) {
      throw new ConfigurationException(
          "the issuer " + issuer + " is not an https URL without a path",
          "Set issuer to something like https://localhost:8443.");
    }
    this.issuer = "https://" + issuer.getRawAuthority();
    this.transport = transport;
  }

  /** How requests wait, for those who poll. */
  public Pause pause() {
    return transport.pause();
  }

  /** The endpoint at a path, for example {@code /bootstrap}. */
  public URI endpoint(String path) {
    return URI.create(issuer + path);
  }

  /**
   * Checks that a URI which the server named is the server's own, before anything secret goes
   * there.
   *
   * @throws ConfigurationException when it is not
   */
  public URI own(URI uri) {
    if (!uri.toString().startsWith(issuer + "/")) {
      throw new ConfigurationException(
          "the URI " + uri + " does not belong to the issuer " + issuer,
          "Check heliogate.issuer on the server and issuer in the image's configuration.");
    }
    return uri;
  }

  /**
   * Sends a POST, made anew for each try.
   *
   * @param endpoint the absolute URI, may have a query
   * @param body makes the body
   * @param authorization makes the {@code Authorization} header
   */
  public Answer post(URI endpoint, Supplier<RequestBody> body, Authorization authorization) {
    return transport.send(
        () -> {
          RequestBody content = body.get();
          HttpRequest.Builder request =
              HttpRequest.newBuilder(endpoint)
                  .timeout(REQUEST_TIMEOUT)
                  .header("Accept", "application/json")
                  .header("Content-Type", content.mediaType())
                  .POST(HttpRequest.BodyPublishers.ofByteArray(content.bytes()));
          authorize(request, "POST", endpoint, content.bytes(), authorization);
          return request.build();
        });
  }

  /**
   * Sends a GET, made anew for each try.
   *
   * @param endpoint the absolute URI, may have a query
   * @param authorization makes the {@code Authorization} header
   */
  public Answer get(URI endpoint, Authorization authorization) {
    return transport.send(
        () -> {
          HttpRequest.Builder request =
              HttpRequest.newBuilder(endpoint)
                  .timeout(REQUEST_TIMEOUT)
                  .header("Accept", "application/json")
                  .GET();
          authorize(request, "GET", endpoint, new byte[0], authorization);
          return request.build();
        });
  }

  private void authorize(
      HttpRequest.Builder request,
      String method,
      URI endpoint,
      byte[] body,
      Authorization authorization) {
    URI withoutQuery = URI.create(issuer + endpoint.getRawPath());
    String header = authorization.header(method, withoutQuery, body);
    if (header != null) {
      request.header("Authorization", header);
    }
  }
}
