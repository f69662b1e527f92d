package org.heliogate.rest.admin;

import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.rest.wire.CallerContext;

/**
 * The record of what administrators were refused: every write, and every read for want of scope.
 * What is done is recorded by the services, in their own transactions.
 */
@Provider
public class RefusalAudit implements ContainerResponseFilter {

  private static final String PREFIX = "/admin/api/v1/";
  private static final int FORBIDDEN = 403;
  private static final Set<String> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Inject private CallerContext context;
  @Inject private AuditTrail audit;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String path = request.getUriInfo().getRequestUri().getRawPath();
    int status = response.getStatus();
    if (!path.startsWith(PREFIX)
        || status < 400
        || status >= 500
        || (READS.contains(request.getMethod()) && status != FORBIDDEN)) {
      return;
    }
    context
        .caller()
        .ifPresent(
            caller ->
                audit.record(
                    AuditEvent.refused(
                        "admin.request",
                        caller.client().clientId(),
                        request.getMethod() + ' ' + path,
                        Integer.toString(status))));
  }
}
