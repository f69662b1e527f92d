package org.heliogate.rest.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.PermissionRequests;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.JsonMapper;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/** The permission endpoint (UMA FedAuthz §4; UMA 1.0.1 §3.2 under its own names). */
@Path("/uma/permission")
@RequestScoped
@Secured("uma_protection")
@Tag(name = "Resource servers")
public class PermissionResource {

  @Inject private PermissionRequests requests;
  @Inject private CallerContext context;

  private record Answer(String ticket) {}

  /** A permission on the wire. */
  record Body(
      @Nullable String resourceId,
      @Nullable String resourceSetId,
      @Nullable List<String> resourceScopes,
      @Nullable List<String> scopes) {

    PermissionRequests.Wanted checked() {
      String id = resourceId == null ? resourceSetId : resourceId;
      if (id == null || (resourceSetId != null && !id.equals(resourceSetId))) {
        throw new RequestException(ErrorCode.INVALID_REQUEST, "resource_id must be there, once");
      }
      if (!NameSyntax.IDENTIFIER.matches(id)) {
        throw new RequestException(
            ErrorCode.INVALID_RESOURCE_ID, "there is no such resource of this server");
      }
      return new PermissionRequests.Wanted(id, ScopeMembers.of(resourceScopes, scopes));
    }
  }

  /** Gives a ticket for one permission or several. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Ask for a permission ticket; one permission or an array")
  public Response request(@Nullable JsonNode body) throws JsonProcessingException {
    if (body == null || !body.isContainerNode()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "the body is a permission or an array of permissions");
    }
    List<PermissionRequests.Wanted> wanted = new ArrayList<>();
    for (JsonNode one : body.isArray() ? body : List.of(body)) {
      if (!one.isObject()) {
        throw new RequestException(ErrorCode.INVALID_REQUEST, "a permission is an object");
      }
      wanted.add(JsonMapper.mapper().treeToValue(one, Body.class).checked());
    }
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(new Answer(requests.ticket(context.required(), wanted)))
        .build();
  }
}
