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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.ca.CertificateFilter;
import org.heliogate.authz.ca.CertificateHolds;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CertificateRecord;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;

/** The certificates that the CA has issued, offline ones too, and their revocation. */
@Path("/admin/api/v1/certificates")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: certificates")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class CertificatesResource {

  @Inject private CertificateInventory inventory;
  @Inject private CertificateService certificates;
  @Inject private CertificateHolds holds;
  @Inject private CallerContext context;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** A page of certificates, the newest first. */
  @GET
  @Operation(summary = "List certificates, the newest first")
  @Parameter(name = "client_id", in = ParameterIn.QUERY, description = "Only this client's")
  @Parameter(name = "device", in = ParameterIn.QUERY, description = "Only this master ID's")
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      description = "Only these",
      schema = @Schema(enumeration = {"intent", "issued", "held", "revoked", "orphaned"}))
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad filter, limit or cursor")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    PageQuery query = PageQuery.of("certificates", parameters);
    CertificateFilter filter =
        new CertificateFilter(
            null,
            null,
            parameters.find("client_id").orElse(null),
            parameters.find("device").orElse(null),
            parameters.find("status").map(CertificatesResource::status).orElse(null));
    return Response.ok(
            query.page(
                inventory.page(filter, query.before(), query.limit()),
                row -> Long.toString(row.id()),
                CertificateView::summary))
        .build();
  }

  /** One certificate, with its PEM. */
  @GET
  @Path("{serial}")
  @Operation(summary = "Read a certificate; serial in hexadecimal")
  @APIResponse(responseCode = "200", description = "The certificate, with its ETag")
  @APIResponse(responseCode = "404", description = "No such certificate")
  public Response get(@PathParam("serial") String serial) {
    CertificateRecord row = find(serial);
    return Replies.found(headers, CertificateView.tag(row), full(row));
  }

  /**
   * Withdraws a certificate, which ends its sessions; doing it again changes nothing. {@code
   * If-Match} is optional and compared with the certificate as it is when the request arrives.
   */
  @POST
  @Path("{serial}/revoke")
  @Secured("admin")
  @Operation(summary = "Withdraw a certificate for good")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Revocation.class)))
  @APIResponse(responseCode = "200", description = "The certificate as it is now")
  @APIResponse(responseCode = "404", description = "No such certificate")
  @APIResponse(responseCode = "409", description = "A CA's certificate is not withdrawn here")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "415", description = "A body that is not JSON")
  @APIResponse(responseCode = "422", description = "No such reason")
  public Response revoke(@PathParam("serial") String serial, byte[] body) {
    Replies.requireType(headers, body, MediaType.APPLICATION_JSON);
    Revocation revocation = Revocation.read(body);
    CertificateRecord row = find(serial);
    EntityTags.match(
        headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(CertificateView.tag(row)));
    certificates.revokeFor(context.actor(), row.serial(), revocation.reason());
    CertificateRecord now = find(row.serial());
    return Replies.changed(CertificateView.tag(now), full(now));
  }

  /**
   * Puts a certificate on hold, which ends its sessions, or releases it; repeating either changes
   * nothing. {@code If-Match} is optional and compared with the certificate as it is when the
   * request arrives.
   */
  @POST
  @Path("{serial}/{action: hold|release}")
  @Secured("admin")
  @Operation(summary = "Suspend a certificate for the time being, or end that")
  @APIResponse(responseCode = "200", description = "The certificate as it is now")
  @APIResponse(responseCode = "404", description = "No such certificate")
  @APIResponse(
      responseCode = "409",
      description =
          "It is revoked, expired or a CA's; or it is to be released while its device is suspended")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  public Response suspend(
      @PathParam("serial") String serial,
      @Parameter(schema = @Schema(enumeration = {"hold", "release"})) @PathParam("action")
          String action) {
    CertificateRecord row = find(serial);
    EntityTags.match(
        headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(CertificateView.tag(row)));
    if (action.equals("hold")) {
      holds.hold(context.actor(), row.serial());
    } else {
      holds.release(context.actor(), row.serial());
    }
    CertificateRecord now = find(row.serial());
    return Replies.changed(CertificateView.tag(now), full(now));
  }

  private CertificateView full(CertificateRecord row) {
    return CertificateView.of(row, inventory.pem(row.serial()).orElse(null));
  }

  /** Tools print serial numbers in either case, some with leading zeros. */
  private CertificateRecord find(String serial) {
    if (!serial.matches("[0-9A-Fa-f]{1,40}")) {
      throw Replies.missing("certificate");
    }
    String canonical = serial.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
    return inventory.find(canonical).orElseThrow(() -> Replies.missing("certificate"));
  }

  private static CertificateStatus status(String text) {
    return Arrays.stream(CertificateStatus.values())
        .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.INVALID_REQUEST,
                    "status is intent, issued, held, revoked or orphaned"));
  }
}
