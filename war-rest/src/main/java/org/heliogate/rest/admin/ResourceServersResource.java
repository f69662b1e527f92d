package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
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
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.protection.SelfRegistration;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/**
 * The resource servers: those behind proxies, whose pools are configured on the application server,
 * and those of type {@code oauth}, which register their own resources.
 */
@Path("/admin/api/v1/resource-servers")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: resource servers")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class ResourceServersResource {

  private static final String PATH = "/admin/api/v1/resource-servers";

  @Inject private ResourceServers servers;
  @Inject private SelfRegistration admission;
  @Inject private Projections projections;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** Registers a resource server whose pool is bound, or one that registers its own resources. */
  @POST
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Register a resource server")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(
      responseCode = "201",
      description = "The resource server and, this once, its client_secret if it is of type oauth")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown or missing member")
  @APIResponse(responseCode = "409", description = "The id is taken")
  @APIResponse(
      responseCode = "422",
      description = "No fitting pool is bound there, or a value that cannot be")
  public Response create(@Nullable NewResourceServer body) {
    NewResourceServer wanted = Replies.required(body);
    return repeatable.answer(
        headers,
        "POST " + PATH,
        wanted,
        () -> {
          NewResourceServer.Checked checked = wanted.checked();
          String pool = checked.connectionFactory();
          if (pool == null) {
            SelfRegistration.Admitted admitted =
                admission.admit(
                    context.actor(), checked.id(), checked.tokens(), checked.approvals());
            return created(
                admitted.server(), view(admitted.server(), 0).withSecret(admitted.secret()));
          }
          ResourceServer made =
              servers.register(
                  context.actor(), checked.id(), checked.type(), pool, checked.approvals());
          return created(made, view(made, 0));
        });
  }

  private RecordedAnswer created(ResourceServer made, ResourceServerView view) {
    return new RecordedAnswer(
        Response.Status.CREATED.getStatusCode(),
        settings.issuer() + PATH + '/' + made.id(),
        tag(made),
        Replies.json(view));
  }

  /** A page of resource servers in the order of their ids. */
  @GET
  @Operation(summary = "List resource servers")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("resource-servers", FormParameters.of(uri.getQueryParameters()));
    Map<String, Long> pending = projections.pending();
    return Response.ok(
            query.pageOf(
                servers.all().values(),
                ResourceServer::id,
                server -> view(server, pending.getOrDefault(server.id(), 0L))))
        .build();
  }

  /** One resource server. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a resource server")
  @APIResponse(responseCode = "200", description = "Its registration, profiles and backlog")
  @APIResponse(responseCode = "404", description = "No such resource server")
  public Response get(@PathParam("id") String id) {
    ResourceServer server = found(id);
    return Replies.changed(tag(server), view(server, projections.pending().getOrDefault(id, 0L)));
  }

  /** Replaces what can be changed: the policy and, without a proxy, its tokens' terms. */
  @PUT
  @Path("{id}")
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Change a resource server's policy and its tokens")
  @APIResponse(responseCode = "200", description = "The resource server as it is now")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown or missing member")
  @APIResponse(responseCode = "404", description = "No such resource server")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "A value that cannot be, or cannot be changed")
  public Response replace(@PathParam("id") String id, @Nullable NewResourceServer body) {
    NewResourceServer.Checked wanted = Replies.required(body).checked();
    ResourceServer server = found(id);
    boolean exactly =
        EntityTags.match(headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(tag(server)));
    if (!wanted.id().equals(id)
        || !wanted.type().equals(server.type())
        || !Objects.equals(wanted.connectionFactory(), server.connectionFactory())) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "id, type and connection_factory cannot be changed");
    }
    ResourceServer changed =
        admission.change(
            context.actor(),
            id,
            wanted.tokens(),
            wanted.approvals(),
            exactly ? server.version() : null);
    return Replies.changed(tag(changed), view(changed, projections.pending().getOrDefault(id, 0L)));
  }

  private ResourceServer found(String id) {
    if (!NameSyntax.LABEL.matches(id)) {
      throw Replies.missing("resource server");
    }
    return servers.find(id).orElseThrow(() -> Replies.missing("resource server"));
  }

  private static String tag(ResourceServer server) {
    return Long.toString(server.version());
  }

  /** A server whose pool was taken away is shown with the reason, so that it can be mended. */
  private ResourceServerView view(ResourceServer server, long pending) {
    try {
      return ResourceServerView.of(
          server, settings.issuer(), servers.description(server).orElse(null), null, pending);
    } catch (RequestException e) {
      return ResourceServerView.of(server, settings.issuer(), null, e.getMessage(), pending);
    }
  }
}
