package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.policy.Approval;
import org.heliogate.authz.policy.ApprovalService;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/**
 * What clients have asked for and nobody has granted, where a resource server's policy lets an
 * operator approve it. Decisions are final; {@code If-Match} is optional and checked together with
 * the decision.
 */
@Path("/admin/api/v1/approvals")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: approvals")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class ApprovalsResource {

  private static final String PATH = "/admin/api/v1/approvals";

  @Inject private ApprovalService service;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** A page of approvals in the order of their identifiers. */
  @GET
  @Operation(summary = "List approvals")
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      description = "Only these",
      schema = @Schema(enumeration = {"pending", "approved", "denied"}))
  @Parameter(name = "client", in = ParameterIn.QUERY, description = "Only this client's")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad filter, limit or cursor")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    PageQuery query = PageQuery.of("approvals", parameters);
    return Response.ok(
            query.page(
                service.page(
                    parameters.find("status").map(ApprovalsResource::status).orElse(null),
                    parameters.find("client").orElse(null),
                    query.after(),
                    query.limit()),
                Approval::id,
                ApprovalView::of))
        .build();
  }

  /** One approval. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read an approval")
  @APIResponse(responseCode = "200", description = "The approval, with its ETag")
  @APIResponse(responseCode = "404", description = "No such approval")
  public Response get(@PathParam("id") String id) {
    Approval approval = find(id);
    return Replies.found(headers, ApprovalView.tag(approval), ApprovalView.of(approval));
  }

  /** Grants what was asked for. */
  @POST
  @Path("{id}/approve")
  @Secured("admin")
  @Operation(summary = "Grant what a client has asked for")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ApprovalDecision.class)))
  @APIResponse(responseCode = "200", description = "The approval, with its grant")
  @APIResponse(responseCode = "400", description = "Malformed, or an unknown member")
  @APIResponse(responseCode = "404", description = "No such approval")
  @APIResponse(responseCode = "409", description = "It is decided or expired, or its client ended")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "415", description = "A body that is not JSON")
  @APIResponse(responseCode = "422", description = "It cannot be granted like this")
  public Response approve(@PathParam("id") String id, byte[] body) {
    Replies.requireType(headers, body, MediaType.APPLICATION_JSON);
    ApprovalDecision decision = ApprovalDecision.read(body);
    return decide(
        id,
        "approve",
        decision,
        () -> service.approve(context.actor(), id, decision.end(), expectedVersion(id)));
  }

  /** Denies what was asked for; the client asks in vain until that is forgotten. */
  @POST
  @Path("{id}/deny")
  @Secured("admin")
  @Operation(summary = "Deny what a client has asked for")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "200", description = "The approval as it is now")
  @APIResponse(responseCode = "404", description = "No such approval")
  @APIResponse(responseCode = "409", description = "It is decided or expired")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  public Response deny(@PathParam("id") String id) {
    return decide(id, "deny", "", () -> service.deny(context.actor(), id, expectedVersion(id)));
  }

  private Response decide(String id, String action, Object body, Supplier<Approval> decision) {
    return repeatable.answer(
        headers,
        "POST " + PATH + '/' + id + '/' + action,
        body,
        () -> {
          Approval approval = decision.get();
          return new RecordedAnswer(
              Response.Status.OK.getStatusCode(),
              "",
              ApprovalView.tag(approval),
              Replies.json(ApprovalView.of(approval)));
        });
  }

  /** The version that {@code If-Match} asks for; null where it asks for none. */
  private @Nullable Long expectedVersion(String id) {
    Approval approval = find(id);
    boolean exactly =
        EntityTags.match(
            headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(ApprovalView.tag(approval)));
    return exactly ? approval.version() : null;
  }

  private Approval find(String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw Replies.missing("approval");
    }
    return service.find(id).orElseThrow(() -> Replies.missing("approval"));
  }

  private static Approval.Status status(String text) {
    return Arrays.stream(Approval.Status.values())
        .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.INVALID_REQUEST, "status is pending, approved or denied"));
  }
}
