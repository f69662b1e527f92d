package org.heliogate.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/** An answer as it came. It may hold secrets and shows none. */
public final class Answer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final byte[] body;

  /**
   * Takes what came.
   *
   * @param status the HTTP status
   * @param body its bytes, not copied
   */
  public Answer(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The body; a missing node where it is not JSON. */
  public JsonNode json() {
    try {
      JsonNode parsed = JSON.readTree(body);
      return parsed == null ? MissingNode.getInstance() : parsed;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** The status, and the reason where the body gives one. */
  @Override
  public String toString() {
    JsonNode json = json();
    for (String member : new String[] {"error_description", "detail", "error", "title"}) {
      if (json.path(member).isTextual()) {
        return status + ", " + json.path(member).asText();
      }
    }
    return Integer.toString(status);
  }
}
