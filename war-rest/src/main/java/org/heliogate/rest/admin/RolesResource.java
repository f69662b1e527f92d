package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;

/** The roles that the applied workflows define. They change with their workflows only. */
@Path("/admin/api/v1/roles")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: roles")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin:read"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class RolesResource {

  @Inject private RoleStore roles;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  private record GrantView(String resourceServer, String resource, List<String> scopes) {

    static GrantView of(RoleGrant grant) {
      return new GrantView(
          grant.resourceServer(),
          grant.resource().text(),
          grant.scopes().stream().sorted().toList());
    }
  }

  private record RoleView(
      String name, String workflow, int workflowVersion, List<GrantView> grants) {

    static RoleView of(Role role) {
      return new RoleView(
          role.name(),
          role.workflow(),
          role.workflowVersion(),
          role.grants().stream().map(GrantView::of).toList());
    }
  }

  /** A page of roles in the order of their names. */
  @GET
  @Operation(summary = "List roles")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("roles", FormParameters.of(uri.getQueryParameters()));
    return Response.ok(query.pageOf(roles.list(), Role::name, RoleView::of)).build();
  }

  /** One role. */
  @GET
  @Path("{name}")
  @Operation(summary = "Read a role")
  @APIResponse(responseCode = "200", description = "The role, with its ETag")
  @APIResponse(responseCode = "404", description = "No such role")
  public Response get(@PathParam("name") String name) {
    Role role = NameSyntax.LABEL.matches(name) ? roles.loadAll(List.of(name)).get(name) : null;
    if (role == null) {
      throw Replies.missing("role");
    }
    return Replies.found(
        headers, role.workflow() + '.' + role.workflowVersion(), RoleView.of(role));
  }
}
