package org.heliogate.rest.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.DatabaseContention;
import org.heliogate.authz.platform.DatabaseOutage;
import org.heliogate.authz.platform.HsmCalls;
import org.jspecify.annotations.Nullable;

/**
 * Writes everything that is no {@link RequestException}: what the framework refuses, a dependency
 * that is out of reach, and our own faults, which are logged under a number and never shown.
 */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {

  private static final Logger LOG = Logger.getLogger(FailureMapper.class.getName());

  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);
  private static final Duration CONTENTION_RETRY = Duration.ofSeconds(1);

  @Context private UriInfo uri;

  @Override
  public Response toResponse(Throwable failure) {
    String path = uri.getRequestUri().getPath();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RequestException refusal) {
        return Problems.of(refusal, path);
      }
      if (cause instanceof JsonProcessingException json) {
        return JsonFailureMapper.refuse(json, path);
      }
    }
    if (DatabaseContention.caused(failure)) {
      LOG.log(Level.WARNING, "A transaction lost against another one: {0}", failure.toString());
      return Problems.of(
          new RequestException(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "somebody else is changing the same; ask again",
              CONTENTION_RETRY),
          path);
    }
    if (DatabaseOutage.caused(failure)) {
      LOG.log(Level.WARNING, "The database is out of reach: {0}", failure.toString());
      return Problems.of(
          new RequestException(
              ErrorCode.TEMPORARILY_UNAVAILABLE, "the database is out of reach", DATABASE_RETRY),
          path);
    }
    Optional<RequestException> outage = HsmCalls.refusalOf(failure);
    if (outage.isPresent()) {
      return Problems.of(outage.get(), path);
    }
    if (failure instanceof WebApplicationException framework) {
      int status = framework.getResponse().getStatus();
      if (status < 500) {
        return refused(framework, status, path);
      }
    }
    String reference = UUID.randomUUID().toString();
    LOG.log(Level.SEVERE, "Request failed, reference " + reference, failure);
    return Problems.of(500, "server_error", "internal error, reference " + reference, path);
  }

  private static Response refused(WebApplicationException framework, int status, String path) {
    Response answer =
        Problems.of(
            status,
            "invalid_request",
            Response.Status.fromStatusCode(status) == null
                ? null
                : Response.Status.fromStatusCode(status).getReasonPhrase(),
            path);
    String allow = framework.getResponse().getHeaderString("Allow");
    return allow == null ? answer : Response.fromResponse(answer).header("Allow", allow).build();
  }
}
