package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;

/** The audit trail, to be read. */
@Path("/admin/api/v1/audit-events")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: audit events")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin:read"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class AuditEventsResource {

  @Inject private AuditTrail audit;
  @Context private UriInfo uri;

  /** A page of events, the newest first. */
  @GET
  @Operation(summary = "List audit events, the newest first")
  @Parameter(name = "subject", in = ParameterIn.QUERY, description = "Only what was done to this")
  @Parameter(name = "action", in = ParameterIn.QUERY, description = "Only this action")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    PageQuery query = PageQuery.of("audit-events", parameters);
    return Response.ok(
            query.page(
                audit.list(
                    parameters.find("subject").orElse(null),
                    parameters.find("action").orElse(null),
                    query.before(),
                    query.limit()),
                row -> Long.toString(row.id()),
                AuditEventView::of))
        .build();
  }
}
