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
import org.heliogate.authz.bootstrap.ClientLifecycle;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/**
 * The registered clients. A client that has ended is not found any more; the audit trail and the
 * certificates tell of it. {@code If-Match} is optional everywhere; on {@code DELETE} it is checked
 * together with the deletion, on the actions when the request arrives.
 */
@Path("/admin/api/v1/clients")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: clients")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class ClientsResource {

  private static final String PATH = "/admin/api/v1/clients";

  @Inject private ClientStore clients;
  @Inject private EnabledMethods methods;
  @Inject private ClientService service;
  @Inject private ClientLifecycle lifecycle;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** Registers an application or an operator's program. */
  @POST
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Register a client")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "201", description = "The client and, this once, its client_secret")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown member")
  @APIResponse(responseCode = "409", description = "The same request is being carried out")
  @APIResponse(
      responseCode = "422",
      description = "A value that cannot be, or an Idempotency-Key of another request")
  public Response create(@Nullable NewClient body) {
    NewClient wanted = Replies.required(body);
    return repeatable.answer(
        headers,
        "POST " + PATH,
        wanted,
        () -> {
          ClientService.Registered made =
              service.register(context.actor(), wanted.registration(methods.all()));
          RegisteredClient client = made.client();
          return new RecordedAnswer(
              Response.Status.CREATED.getStatusCode(),
              settings.issuer() + PATH + '/' + client.clientId(),
              ClientView.tag(client),
              Replies.json(ClientView.of(client, made.secret())));
        });
  }

  /** A page of clients in the order of their identifiers; it may be shorter than its limit. */
  @GET
  @Operation(summary = "List clients")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("clients", FormParameters.of(uri.getQueryParameters()));
    return Response.ok(
            query.page(
                clients.page(query.after(), query.limit()),
                RegisteredClient::clientId,
                RegisteredClient::active,
                ClientView::of))
        .build();
  }

  /** One client, never its secret. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a client")
  @APIResponse(responseCode = "200", description = "The client, with its ETag")
  @APIResponse(responseCode = "404", description = "No such client")
  public Response get(@PathParam("id") String id) {
    RegisteredClient client = find(id);
    return Replies.found(headers, ClientView.tag(client), ClientView.of(client));
  }

  /** Gives a client other terms; what is left out is as for a new one. */
  @PUT
  @Path("{id}")
  @Secured("admin")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Replace a client's description, roles and authentication")
  @APIResponse(
      responseCode = "200",
      description = "The client and, this once, its client_secret if it needs one and had none")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown member")
  @APIResponse(responseCode = "404", description = "No such client")
  @APIResponse(responseCode = "409", description = "It is a device's; its workflow describes it")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "A value that cannot be")
  public Response update(@PathParam("id") String id, @Nullable NewClient body) {
    NewClient wanted = Replies.required(body);
    Long expected = expectedVersion(id);
    ClientService.Registration registration =
        find(id).kind() == ClientKind.RESOURCE_SERVER
            ? wanted.ofResourceServer(methods.all())
            : wanted.registration(methods.all());
    String secret = lifecycle.change(context.actor(), id, expected, registration);
    RegisteredClient client = find(id);
    return Response.ok(ClientView.of(client, secret))
        .tag(ClientView.tag(client))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** Ends a client for good: its tokens, certificates, passwords and live sessions. */
  @DELETE
  @Path("{id}")
  @Secured("admin")
  @Operation(summary = "End a client for good, with all that it holds")
  @APIResponse(responseCode = "204", description = "It has ended")
  @APIResponse(responseCode = "404", description = "No such client")
  @APIResponse(responseCode = "409", description = "It ends with its device only")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  public Response delete(@PathParam("id") String id) {
    lifecycle.revoke(context.actor(), id, expectedVersion(id));
    return Response.noContent().build();
  }

  /** Replaces a client's secret; the old one is void at once. */
  @POST
  @Path("{id}/rotate-secret")
  @Secured("admin")
  @Operation(summary = "Replace a client's secret")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "200", description = "The client and, this once, its client_secret")
  @APIResponse(responseCode = "404", description = "No such client")
  @APIResponse(responseCode = "409", description = "It has no secret, or is a device's")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  public Response rotateSecret(@PathParam("id") String id) {
    return repeatable.answer(
        headers,
        "POST " + PATH + '/' + id + "/rotate-secret",
        "",
        () -> {
          String secret = lifecycle.rotateSecret(context.actor(), id, expectedVersion(id));
          RegisteredClient client = find(id);
          return new RecordedAnswer(
              Response.Status.OK.getStatusCode(),
              "",
              ClientView.tag(client),
              Replies.json(ClientView.of(client, secret)));
        });
  }

  /** Voids all tokens that a client has; its credentials stay. */
  @POST
  @Path("{id}/revoke-tokens")
  @Secured("admin")
  @Operation(summary = "Void all tokens that a client has")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "200", description = "The client as it is now")
  @APIResponse(responseCode = "404", description = "No such client")
  @APIResponse(responseCode = "409", description = "The same request is being carried out")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "An Idempotency-Key of another request")
  public Response revokeTokens(@PathParam("id") String id) {
    return repeatable.answer(
        headers,
        "POST " + PATH + '/' + id + "/revoke-tokens",
        "",
        () -> {
          lifecycle.revokeTokens(context.actor(), id, expectedVersion(id));
          RegisteredClient client = find(id);
          return new RecordedAnswer(
              Response.Status.OK.getStatusCode(),
              "",
              ClientView.tag(client),
              Replies.json(ClientView.of(client)));
        });
  }

  /** The version that {@code If-Match} asks for; null where it asks for none. */
  private @Nullable Long expectedVersion(String id) {
    RegisteredClient client = find(id);
    boolean exactly =
        EntityTags.match(
            headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(ClientView.tag(client)));
    return exactly ? client.version() : null;
  }

  private RegisteredClient find(String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw Replies.missing("client");
    }
    return clients
        .load(id)
        .filter(RegisteredClient::active)
        .orElseThrow(() -> Replies.missing("client"));
  }
}
