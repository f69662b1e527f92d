package org.heliogate.rest.admin;

import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Collections;
import java.util.Set;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.token.Caller;
import org.heliogate.rest.wire.CallerContext;

/**
 * The record of what administrators were refused: every write, and every read for want of scope.
 * What was refused to a token of neither scope is counted. What is done is recorded by the
 * services, in their own transactions.
 */
@Provider
public class RefusalAudit implements ContainerResponseFilter {

  private static final String PREFIX = "/admin/api/v1/";
  private static final String ACTION = "admin.request";
  private static final Set<String> SCOPES = Set.of("admin", "admin:read");
  private static final int FORBIDDEN = 403;
  private static final Set<String> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Inject private CallerContext context;
  @Inject private AuditTrail audit;
  @Inject private AuditTally tally;

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
            caller -> refused(caller, request.getMethod() + ' ' + path, status, audit, tally));
  }

  /** A row at once for an administrator; anybody else could make any number of them. */
  static void refused(
      Caller caller, String request, int status, AuditTrail audit, AuditTally tally) {
    String actor = caller.client().clientId();
    String cause = Integer.toString(status);
    if (Collections.disjoint(caller.scope(), SCOPES)) {
      tally.count(AuditEvent.refused(ACTION, actor, "-", cause));
    } else {
      audit.record(AuditEvent.refused(ACTION, actor, request, cause));
    }
  }
}
