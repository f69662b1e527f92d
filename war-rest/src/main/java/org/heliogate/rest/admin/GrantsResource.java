package org.heliogate.rest.admin;

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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.policy.GrantService;
import org.heliogate.authz.policy.GrantTerms;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/**
 * What operators grant and refuse to single clients and to roles, beside what workflows give. A
 * refusal wins over every grant. {@code If-Match} is optional and checked together with the write.
 */
@Path("/admin/api/v1/grants")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: grants")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class GrantsResource {

  private static final String PATH = "/admin/api/v1/grants";

  @Inject private GrantStore grants;
  @Inject private GrantService service;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** Grants or refuses. */
  @POST
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Grant or refuse something to a client or a role")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "201", description = "The grant")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown or missing member")
  @APIResponse(responseCode = "409", description = "The same request is being carried out")
  @APIResponse(
      responseCode = "422",
      description = "A value that cannot be, or an Idempotency-Key of another request")
  public Response create(@Nullable NewGrant body) {
    NewGrant wanted = Replies.required(body);
    return repeatable.answer(
        headers,
        "POST " + PATH,
        wanted,
        () -> {
          Grant made = service.create(context.actor(), wanted.terms());
          return new RecordedAnswer(
              Response.Status.CREATED.getStatusCode(),
              settings.issuer() + PATH + '/' + made.id(),
              GrantView.tag(made),
              Replies.json(GrantView.of(made)));
        });
  }

  /** A page of grants in the order of their identifiers. */
  @GET
  @Operation(summary = "List grants")
  @Parameter(name = "client", in = ParameterIn.QUERY, description = "Only this client's own")
  @Parameter(name = "role", in = ParameterIn.QUERY, description = "Only this role's")
  @Parameter(name = "resource_server", in = ParameterIn.QUERY, description = "Only those there")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    PageQuery query = PageQuery.of("grants", parameters);
    return Response.ok(
            query.page(
                grants.page(
                    parameters.find("client").orElse(null),
                    parameters.find("role").orElse(null),
                    parameters.find("resource_server").orElse(null),
                    query.after(),
                    query.limit()),
                Grant::id,
                GrantView::of))
        .build();
  }

  /** One grant. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a grant")
  @APIResponse(responseCode = "200", description = "The grant, with its ETag")
  @APIResponse(responseCode = "404", description = "No such grant")
  public Response get(@PathParam("id") String id) {
    Grant grant = find(id);
    return Replies.found(headers, GrantView.tag(grant), GrantView.of(grant));
  }

  /** Replaces what is granted or refused; whom and where stays. */
  @PUT
  @Path("{id}")
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Replace what a grant grants or refuses")
  @APIResponse(responseCode = "200", description = "The grant as it is now")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown or missing member")
  @APIResponse(responseCode = "404", description = "No such grant")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "A value that cannot be, or another holder")
  public Response replace(@PathParam("id") String id, @Nullable NewGrant body) {
    GrantTerms terms = Replies.required(body).terms();
    Grant changed =
        Rivals.outlasted(() -> service.replace(context.actor(), id, terms, expectedVersion(id)));
    return Replies.changed(GrantView.tag(changed), GrantView.of(changed));
  }

  /** Takes a grant or refusal away; what it gave ends everywhere. */
  @DELETE
  @Path("{id}")
  @Secured("admin")
  @Operation(summary = "Take a grant or refusal away")
  @APIResponse(responseCode = "204", description = "It is gone")
  @APIResponse(responseCode = "404", description = "No such grant")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  public Response delete(@PathParam("id") String id) {
    service.delete(context.actor(), id, expectedVersion(id));
    return Response.noContent().build();
  }

  /** The version that {@code If-Match} asks for; null where it asks for none. */
  private @Nullable Long expectedVersion(String id) {
    Grant grant = find(id);
    boolean exactly =
        EntityTags.match(
            headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(GrantView.tag(grant)));
    return exactly ? grant.version() : null;
  }

  private Grant find(String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw Replies.missing("grant");
    }
    return grants.find(id).orElseThrow(() -> Replies.missing("grant"));
  }
}
