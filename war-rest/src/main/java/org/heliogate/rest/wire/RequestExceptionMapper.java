package org.heliogate.rest.wire;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.heliogate.authz.error.RequestException;

/** Writes the refusals of the services. */
@Provider
public class RequestExceptionMapper implements ExceptionMapper<RequestException> {

  @Context private UriInfo uri;

  @Override
  public Response toResponse(RequestException refusal) {
    return Problems.of(refusal, uri.getRequestUri().getPath());
  }
}
