package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
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
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/**
 * The resources of all resource servers: those that they registered themselves (UMA FedAuthz §3),
 * and those that grants name. They change with these only.
 */
@Path("/admin/api/v1/resources")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: resources")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin:read"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class ResourcesResource {

  @Inject private RegisteredResources resources;
  @Context private UriInfo uri;

  private record ResourceView(
      String id,
      String resourceServer,
      String name,
      @Nullable String type,
      List<String> scopes,
      @Nullable String description,
      @Nullable String iconUri) {

    static ResourceView of(RegisteredResources.OfServer found) {
      RegisteredResource resource = found.resource();
      return new ResourceView(
          resource.id(),
          found.resourceServer(),
          resource.name(),
          resource.type(),
          resource.scopes().stream().sorted().toList(),
          resource.description(),
          resource.iconUri());
    }
  }

  /** A page of resources in the order of their identifiers. */
  @GET
  @Operation(summary = "List registered resources")
  @Parameter(name = "resource_server", in = ParameterIn.QUERY, description = "Only those there")
  @Parameter(name = "name", in = ParameterIn.QUERY, description = "Only those of exactly this name")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    PageQuery query = PageQuery.of("resources", parameters);
    return Response.ok(
            query.page(
                resources.page(
                    parameters.find("resource_server").orElse(null),
                    parameters.find("name").orElse(null),
                    query.after(),
                    query.limit()),
                found -> found.resource().id(),
                ResourceView::of))
        .build();
  }

  /** One resource. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a registered resource")
  @APIResponse(responseCode = "200", description = "The resource")
  @APIResponse(responseCode = "404", description = "No such resource")
  public Response get(@PathParam("id") String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw Replies.missing("resource");
    }
    return Response.ok(
            resources.find(id).map(ResourceView::of).orElseThrow(() -> Replies.missing("resource")))
        .build();
  }
}
