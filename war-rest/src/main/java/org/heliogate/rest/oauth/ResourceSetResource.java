package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.protection.ResourceSearches;
import org.heliogate.authz.protection.ResourceSets;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.token.Caller;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/** The resource registration endpoint (UMA FedAuthz §3). */
@Path("/uma/resource_set")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured("uma_protection")
@Tag(name = "Resource servers")
public class ResourceSetResource {

  @Inject private ResourceSets resources;
  @Inject private ResourceSearches searches;
  @Inject private CallerContext context;
  @Inject private Settings settings;

  private record Named(@JsonProperty("_id") String id) {}

  /** Registers a resource. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Register a resource")
  public Response create(@Nullable ResourceSetBody body) {
    Caller caller = context.required();
    String id = resources.create(caller, required(body).checked(null, caller.client().clientId()));
    return Response.created(URI.create(settings.issuer() + "/uma/resource_set/" + id))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(new Named(id))
        .build();
  }

  /** The identifiers, or the descriptions, of the resources of the caller's server. */
  @GET
  @Operation(summary = "List the registered resources, all or those that match the query")
  public Response list(@Context UriInfo uri) {
    Caller caller = context.required();
    ResourceSearchQuery query = ResourceSearchQuery.of(uri.getQueryParameters());
    if (query.owner() != null && !query.owner().equals(caller.client().clientId())) {
      return Answers.secret(List.of());
    }
    return Answers.secret(
        query.deep()
            ? searches.resources(caller, query.search()).stream().map(ResourceSetBody::of).toList()
            : searches.ids(caller, query.search()));
  }

  /** One resource. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a resource")
  public Response read(@PathParam("id") String id) {
    return Answers.secret(ResourceSetBody.of(resources.read(context.required(), known(id))));
  }

  /** Replaces what is known of a resource. */
  @PUT
  @Path("{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Replace a resource's description")
  public Response replace(@PathParam("id") String id, @Nullable ResourceSetBody body) {
    Caller caller = context.required();
    String known = known(id);
    ResourceSetBody said =
        required(body).over(() -> resources.read(caller, known).resource().scopes());
    resources.replace(caller, known, said.checked(id, caller.client().clientId()));
    return Answers.secret(new Named(id));
  }

  /** Forgets a resource and ends the permissions to it. */
  @DELETE
  @Path("{id}")
  @Operation(summary = "Delete a resource; permissions to it end")
  public Response delete(@PathParam("id") String id) {
    resources.delete(context.required(), known(id));
    return Response.noContent().build();
  }

  /** The identifier, if any resource can have it; the database is not asked for others. */
  private static String known(String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no such resource of this server");
    }
    return id;
  }

  private static ResourceSetBody required(@Nullable ResourceSetBody body) {
    if (body == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "the body is missing");
    }
    return body;
  }
}
