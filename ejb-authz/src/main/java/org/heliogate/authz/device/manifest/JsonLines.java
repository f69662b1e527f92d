package org.heliogate.authz.device.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Reads one JSON object: no member twice, nothing behind it, at most eight levels. */
final class JsonLines {

  /** Says that there is no such object; the message holds a column at most, nothing of the text. */
  static final class NoJsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String detail;

    NoJsonException(String detail) {
      super(detail);
      this.detail = detail;
    }

    String detail() {
      return detail;
    }
  }

  private static final int MAX_DEPTH = 8;

  private final ObjectMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  ObjectNode newObject() {
    return mapper.createObjectNode();
  }

  ObjectNode object(byte[] utf8) throws NoJsonException {
    JsonNode node;
    try {
      node = mapper.readTree(utf8);
    } catch (JsonProcessingException e) {
      boolean duplicate = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
      String what = duplicate ? "a member is there twice" : "not one JSON object";
      int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
      throw new NoJsonException(column > 0 ? what + ", at column " + column : what);
    } catch (IOException e) {
      throw new NoJsonException("not one JSON object");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new NoJsonException("not one JSON object");
  }
}
