package org.heliogate.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An HTTP/1.1 request, encoded: the same bytes whatever server they go to. It may hold secrets and
 * shows none.
 */
public final class Request {

  private final byte[] encoded;

  private Request(byte[] encoded) {
    this.encoded = encoded;
  }

  /** A request without a body. */
  public static Request get(URI server, String path) {
    return of("GET", server, path, "", "", new byte[0]);
  }

  /**
   * A request that posts a form.
   *
   * @param authorization the value of the header
   */
  public static Request form(
      URI server, String path, String authorization, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(one -> encode(one.getKey()) + '=' + encode(one.getValue()))
            .collect(Collectors.joining("&"));
    return of(
        "POST",
        server,
        path,
        authorization,
        "application/x-www-form-urlencoded",
        body.getBytes(UTF_8));
  }

  /**
   * Any request.
   *
   * @param authorization the value of the header, empty for none
   * @param mediaType of the body, empty for none
   */
  public static Request of(
      String method, URI server, String path, String authorization, String mediaType, byte[] body) {
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(server.getAuthority()).append("\r\nAccept: application/json\r\n");
    if (!authorization.isEmpty()) {
      head.append("Authorization: ").append(authorization).append("\r\n");
    }
    if (!mediaType.isEmpty()) {
      head.append("Content-Type: ").append(mediaType).append("\r\n");
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(UTF_8);
    byte[] encoded = new byte[start.length + body.length];
    System.arraycopy(start, 0, encoded, 0, start.length);
    System.arraycopy(body, 0, encoded, start.length, body.length);
    return new Request(encoded);
  }

  /** The {@code Authorization} of a client with a secret (RFC 6749 §2.3.1). */
  public static String basic(String clientId, String secret) {
    String pair = encode(clientId) + ':' + encode(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  byte[] encoded() {
    return encoded;
  }

  /** Its first line alone. */
  @Override
  public String toString() {
    String text = new String(encoded, UTF_8);
    return text.substring(0, text.indexOf('\r'));
  }
}
