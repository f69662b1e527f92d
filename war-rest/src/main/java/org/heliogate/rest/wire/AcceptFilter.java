package org.heliogate.rest.wire;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Pattern;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * Refuses an {@code Accept} whose weight is no number (RFC 9110 §12.4.2). The framework takes it
 * for a fault of the server.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION - 100)
public class AcceptFilter implements ContainerRequestFilter {

  private static final String WEIGHT = "q";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{0,9}\\.?[0-9]{1,9}|[0-9]{1,9}\\.");

  @Override
  public void filter(ContainerRequestContext request) {
    for (MediaType type : request.getAcceptableMediaTypes()) {
      String weight = type.getParameters().get(WEIGHT);
      if (weight != null && !NUMBER.matcher(weight).matches()) {
        throw new RequestException(
            ErrorCode.INVALID_REQUEST, "a weight in Accept must be a number from 0 to 1");
      }
    }
  }
}
