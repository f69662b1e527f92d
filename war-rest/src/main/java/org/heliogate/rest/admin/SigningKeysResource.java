package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.signing.Publication;
import org.heliogate.authz.signing.SigningKey;
import org.heliogate.authz.signing.SigningKeyRotation;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;

/** The keys that sign tokens. They come and go by themselves; an operator may hurry them. */
@Path("/admin/api/v1/signing-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: signing keys")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin:read"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class SigningKeysResource {

  private static final String PATH = "/admin/api/v1/signing-keys";

  @Inject private SigningKeyRotation rotation;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Inject private Clock clock;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** A page of keys in the order of their names; there are few. */
  @GET
  @Operation(summary = "List the keys that sign tokens")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("signing-keys", FormParameters.of(uri.getQueryParameters()));
    Instant now = clock.instant();
    return Response.ok(
            query.pageOf(rotation.list(), SigningKey::kid, key -> SigningKeyView.of(key, now)))
        .build();
  }

  /** Makes the next key, or replaces all at once. */
  @POST
  @Path("rotate")
  @Secured("admin")
  @Operation(
      summary = "Make the next key that signs tokens",
      description =
          "It is published at once and signs ten minutes later; while one waits to sign, that one"
              + " is answered. With emergency=true it signs at once, every earlier key is revoked,"
              + " and all tokens that those signed are refused.")
  @Parameter(
      name = "emergency",
      in = ParameterIn.QUERY,
      description = "true to revoke all earlier keys; default false")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "200", description = "The key")
  @APIResponse(responseCode = "400", description = "emergency is neither true nor false")
  @APIResponse(responseCode = "409", description = "Another node is making a key")
  @APIResponse(responseCode = "422", description = "An Idempotency-Key of another request")
  @APIResponse(responseCode = "503", description = "The HSM is out of reach; nothing has changed")
  public Response rotate() {
    boolean emergency = emergency(FormParameters.of(uri.getQueryParameters()));
    return Rivals.reported(
        () ->
            repeatable.prepared(
                headers,
                "POST " + PATH + "/rotate",
                emergency,
                recording -> {
                  Publication<RecordedAnswer> publication =
                      key -> recording.of(() -> answer(key.get()));
                  return emergency
                      ? rotation.replace(context.actor(), publication)
                      : rotation.rotate(context.actor(), publication);
                }));
  }

  private RecordedAnswer answer(SigningKey key) {
    return new RecordedAnswer(
        Response.Status.OK.getStatusCode(),
        "",
        "",
        Replies.json(SigningKeyView.of(key, clock.instant())));
  }

  private static boolean emergency(FormParameters query) {
    return switch (query.find("emergency").orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new RequestException(ErrorCode.INVALID_REQUEST, "emergency must be true or false");
    };
  }
}
