package org.heliogate.rest.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.stream.Collectors;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * Writes the refusal of JSON that cannot be read; takes the place of the framework's own mapper.
 */
@Provider
public class JsonFailureMapper implements ExceptionMapper<JsonProcessingException> {

  private static final int MAX_STEPS = 5;

  @Context private UriInfo uri;

  @Override
  public Response toResponse(JsonProcessingException failure) {
    return refuse(failure, uri.getRequestUri().getPath());
  }

  static Response refuse(JsonProcessingException failure, String path) {
    return Problems.of(new RequestException(ErrorCode.INVALID_REQUEST, describe(failure)), path);
  }

  /** Where the JSON is wrong, without repeating what it says. */
  static String describe(JsonProcessingException json) {
    if (json instanceof JsonMappingException mapping) {
      if (mapping.getPath().isEmpty()) {
        return "the body as a whole is of the wrong type, or has something behind it";
      }
      return "the member '"
          + mapping.getPath().stream()
              .limit(MAX_STEPS)
              .map(JsonFailureMapper::shown)
              .collect(Collectors.joining("."))
          + "' is unknown, repeated, missing or of the wrong type";
    }
    return "the body is not well-formed JSON, or repeats a member"
        + (json.getLocation() == null ? "" : ", line " + json.getLocation().getLineNr());
  }

  private static String shown(JsonMappingException.Reference step) {
    return step.getFieldName() == null ? "[]" : ParameterName.shown(step.getFieldName());
  }
}
