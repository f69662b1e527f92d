package org.heliogate.device.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import org.heliogate.device.failure.RequestRefusedException;

/**
 * The server's answer to one request.
 *
 * @param status the HTTP status
 * @param date the server's {@code Date}, when it sent one
 * @param body the JSON body; a missing node when there was none
 */
public record Answer(int status, Optional<Instant> date, JsonNode body) {

  private static final int MESSAGE_LIMIT = 200;

  /** The OAuth error code, empty when the answer has none. */
  public String error() {
    return body.path("error").asText("");
  }

  /** Whether the status is 200. */
  public boolean isOk() {
    return status == 200;
  }

  /**
   * A member that the contract promises, as text.
   *
   * @param pointer the member's name
   * @param doing what was asked for, for the error's message
   * @throws RequestRefusedException when it is absent ({@code invalid_response})
   */
  public String required(String pointer, String doing) {
    String value = body.path(pointer).asText("");
    if (value.isEmpty()) {
      throw invalid(doing, "its member " + pointer + " is missing");
    }
    return value;
  }

  /** The refusal that this answer is. */
  public RequestRefusedException refusal(String doing) {
    String code = error().isEmpty() ? "http_" + status : printable(error());
    String description = printable(body.path("error_description").asText(""));
    return new RequestRefusedException(
        status,
        code,
        doing
            + " was refused: "
            + code
            + (description.isEmpty() ? "" : ", " + description)
            + " (HTTP "
            + status
            + ")",
        Remedies.forError(code));
  }

  /** A failure for an answer that breaks the contract. */
  public RequestRefusedException invalid(String doing, String why) {
    return new RequestRefusedException(
        status,
        "invalid_response",
        doing + " got an answer that makes no sense: " + why,
        "Check that the issuer is a Heliogate server of a version that fits this client.");
  }

  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() > MESSAGE_LIMIT ? clean.substring(0, MESSAGE_LIMIT) : clean;
  }
}
