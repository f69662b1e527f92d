package org.heliogate.rest.wire;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/** The parameters of a form (RFC 6749 §3.2): each at most once, an empty one as if left out. */
public final class FormParameters {

  private final Map<String, String> values;

  private FormParameters(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the parameters.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if one is repeated or has a NUL
   */
  public static FormParameters of(MultivaluedMap<String, String> form) {
    Map<String, String> values = new HashMap<>();
    form.forEach(
        (name, given) -> {
          if (given.size() > 1) {
            throw new RequestException(
                ErrorCode.INVALID_REQUEST,
                "the parameter " + ParameterName.shown(name) + " is repeated");
          }
          String value = given.get(0) == null ? "" : given.get(0);
          if (name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new RequestException(
                ErrorCode.INVALID_REQUEST,
                "the parameter " + ParameterName.shown(name) + " is malformed");
          }
          if (!value.isEmpty()) {
            values.put(name, value);
          }
        });
    return new FormParameters(values);
  }

  /** The parameter of that name, if it was given. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The parameter of that name.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if it is missing
   */
  public String require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.INVALID_REQUEST, "the parameter " + name + " is missing"));
  }
}
