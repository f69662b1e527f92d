package org.heliogate.device.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The body of a request.
 *
 * @param mediaType its media type
 * @param bytes its bytes
 */
public record RequestBody(String mediaType, byte[] bytes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An HTML form; values are percent-encoded. */
  public static RequestBody form(Map<String, String> fields) {
    String encoded =
        fields.entrySet().stream()
            .map(f -> encode(f.getKey()) + "=" + encode(f.getValue()))
            .collect(Collectors.joining("&"));
    return new RequestBody(
        "application/x-www-form-urlencoded", encoded.getBytes(StandardCharsets.UTF_8));
  }

  /** A JSON object. */
  public static RequestBody json(Map<String, String> members) {
    try {
      return new RequestBody("application/json", JSON.writeValueAsBytes(members));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not representable as JSON", e);
    }
  }

  /** Percent-encodes for a form or a query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
