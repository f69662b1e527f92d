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
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.ca.CertificateExport;
import org.heliogate.authz.ca.CertificateFilter;
import org.heliogate.authz.ca.CertificateHolds;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CertificateRecord;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.SerialNumbers;
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

  private static final String CSV = "text/csv";
  private static final MediaType CSV_TYPE = MediaType.valueOf(CSV);
  private static final MediaType CSV_UTF_8 = CSV_TYPE.withCharset("utf-8");

  @Inject private CertificateInventory inventory;
  @Inject private CertificateService certificates;
  @Inject private CertificateHolds holds;
  @Inject private CertificateExport export;
  @Inject private CallerContext context;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** A page of certificates, the newest first, or all of them as CSV. */
  @GET
  @Produces({MediaType.APPLICATION_JSON, CSV})
  @Operation(
      summary = "Search certificates, the newest first",
      description =
          "With Accept: text/csv all that match, without limit and cursor. In CSV a value at which a"
              + " spreadsheet would begin to calculate has an apostrophe before it.")
  @Parameter(
      name = "serial",
      in = ParameterIn.QUERY,
      description = "How the serial number begins, hexadecimal without leading zeros")
  @Parameter(
      name = "subject",
      in = ParameterIn.QUERY,
      description = "The subject's CN, with or without CN=; a client's username")
  @Parameter(name = "client_id", in = ParameterIn.QUERY, description = "Only this client's")
  @Parameter(name = "device", in = ParameterIn.QUERY, description = "Only this master ID's")
  @Parameter(name = "profile", in = ParameterIn.QUERY, description = "Only of this profile")
  @Parameter(
      name = "issuer",
      in = ParameterIn.QUERY,
      description = "Only of the CA with this subject key identifier, hexadecimal")
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      description = "Only these",
      schema = @Schema(enumeration = {"intent", "issued", "held", "revoked", "orphaned"}))
  @Parameter(
      name = "expires_after",
      in = ParameterIn.QUERY,
      description = "Valid until then or longer (RFC 3339)")
  @Parameter(
      name = "expires_before",
      in = ParameterIn.QUERY,
      description = "Valid until earlier than then (RFC 3339)")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(
      responseCode = "200",
      description = "items and, unless it is the last, next_cursor",
      content = {
        @Content(mediaType = MediaType.APPLICATION_JSON),
        @Content(mediaType = CSV, schema = @Schema(type = SchemaType.STRING))
      })
  @APIResponse(responseCode = "400", description = "Bad filter, limit or cursor")
  @APIResponse(responseCode = "406", description = "Neither JSON nor CSV is accepted")
  public Response list() {
    FormParameters parameters = FormParameters.of(uri.getQueryParameters());
    CertificateFilter filter = CertificateQuery.read(parameters);
    if (wantsCsv()) {
      if (parameters.find("limit").isPresent() || parameters.find("cursor").isPresent()) {
        throw new RequestException(ErrorCode.INVALID_REQUEST, "CSV has no pages");
      }
      StreamingOutput rows = out -> export.write(filter, out);
      return Response.ok(rows, CSV_UTF_8)
          .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"certificates.csv\"")
          .build();
    }
    PageQuery query = PageQuery.of("certificates", parameters);
    return Response.ok(
            query.page(
                inventory.page(filter, query.before(), query.limit()),
                row -> Long.toString(row.id()),
                CertificateView::summary),
            MediaType.APPLICATION_JSON_TYPE)
        .build();
  }

  /** The best of what the caller accepts; JSON where it does not matter (RFC 9110 §12.5.1). */
  private boolean wantsCsv() {
    return headers.getAcceptableMediaTypes().stream()
        .filter(
            type ->
                type.isCompatible(MediaType.APPLICATION_JSON_TYPE) || type.isCompatible(CSV_TYPE))
        .findFirst()
        .filter(type -> !type.isCompatible(MediaType.APPLICATION_JSON_TYPE))
        .isPresent();
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

  private CertificateRecord find(String serial) {
    return SerialNumbers.canonical(serial)
        .flatMap(inventory::find)
        .orElseThrow(() -> Replies.missing("certificate"));
  }
}
