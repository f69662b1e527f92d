package org.heliogate.rest.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.OAuthFlow;
import org.eclipse.microprofile.openapi.annotations.security.OAuthFlows;
import org.eclipse.microprofile.openapi.annotations.security.OAuthScope;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.bootstrap.DeviceLifecycle;
import org.heliogate.authz.bootstrap.DeviceLifecycle.Action;
import org.heliogate.authz.ca.CertificateHistory;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.DeviceLoader;
import org.heliogate.authz.device.DeviceStore;
import org.heliogate.authz.device.manifest.ManifestReader;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/** The devices: loading their makers' manifests, reading them and deciding on them. */
@Path("/admin/api/v1/devices")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: devices")
@SecurityScheme(
    securitySchemeName = "administration",
    type = SecuritySchemeType.OAUTH2,
    flows =
        @OAuthFlows(
            clientCredentials =
                @OAuthFlow(
                    tokenUrl = "/oauth/token",
                    scopes = {
                      @OAuthScope(name = "admin", description = "read and change"),
                      @OAuthScope(name = "admin:read", description = "read")
                    })))
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class DevicesResource {

  private static final String PATH = "/admin/api/v1/devices";
  private static final String NDJSON = "application/x-ndjson";
  private static final String CSV = "text/csv";

  @Inject private DeviceStore devices;
  @Inject private DeviceLoader loader;
  @Inject private DeviceLifecycle lifecycle;
  @Inject private CertificateHistory history;
  @Inject private Repeatable repeatable;
  @Inject private CallerContext context;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  /** Loads a manifest: good lines are kept, the others reported. */
  @POST
  @Secured("admin")
  @Consumes({NDJSON, CSV})
  @Operation(summary = "Load a manifest of secure elements")
  @RequestBody(
      description = "One secure element a line, at most 64 MiB; UTF-8",
      content = {
        @Content(mediaType = NDJSON, schema = @Schema(type = SchemaType.STRING)),
        @Content(mediaType = CSV, schema = @Schema(type = SchemaType.STRING))
      })
  @APIResponse(responseCode = "200", description = "How many were loaded, and what was refused")
  @APIResponse(responseCode = "413", description = "The manifest is too large")
  @APIResponse(responseCode = "415", description = "Neither NDJSON nor CSV")
  public DeviceLoader.Report load(InputStream manifest) {
    MediaType type = headers.getMediaType();
    if (type == null) {
      throw new NotSupportedException();
    }
    String charset = type.getParameters().getOrDefault(MediaType.CHARSET_PARAMETER, "utf-8");
    if (!charset.equalsIgnoreCase("utf-8")) {
      throw new NotSupportedException();
    }
    boolean csv = type.getSubtype().equalsIgnoreCase("csv");
    return loader.load(
        context.actor(),
        hash ->
            csv ? ManifestReader.ofCsv(manifest, hash) : ManifestReader.ofNdjson(manifest, hash));
  }

  /** A page of devices in the order of their master IDs. */
  @GET
  @Operation(summary = "List devices")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("devices", FormParameters.of(uri.getQueryParameters()));
    return Response.ok(
            query.page(
                devices.page(query.after(), query.limit()), Device::masterId, DeviceView::of))
        .build();
  }

  /** One device. */
  @GET
  @Path("{id}")
  @Operation(summary = "Read a device")
  @APIResponse(responseCode = "200", description = "The device, with its ETag")
  @APIResponse(responseCode = "404", description = "No such device")
  public Response get(@PathParam("id") String id) {
    Device device = find(id);
    return Replies.found(headers, DeviceView.tag(device), DeviceView.of(device));
  }

  /** A page of a device's certificates, the newest first, each with its history. */
  @GET
  @Path("{id}/certificates")
  @Operation(summary = "The certificates of a device, the newest first, each with its audit events")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  @APIResponse(responseCode = "404", description = "No such device")
  public Response certificates(@PathParam("id") String id) {
    Device device = find(id);
    PageQuery query =
        PageQuery.of("device-certificates", FormParameters.of(uri.getQueryParameters()));
    return Response.ok(
            query.page(
                history.ofDevice(device.masterId(), query.before(), query.limit()),
                entry -> Long.toString(entry.certificate().id()),
                CertificateHistoryView::of))
        .build();
  }

  /**
   * Re-arms, suspends, resumes, revokes or retires a device; repeating it at once changes nothing.
   * {@code If-Match} is optional and compared with the device as it is when the request arrives.
   */
  @POST
  @Path("{id}/{action: rearm|suspend|resume|revoke|retire}")
  @Secured("admin")
  @Operation(summary = "Re-arm, suspend, resume, revoke or retire a device")
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      description = "1 to 128 visible ASCII characters; repeats get the same answer for 24 hours")
  @APIResponse(responseCode = "200", description = "The device as it is now")
  @APIResponse(responseCode = "404", description = "No such device")
  @APIResponse(responseCode = "409", description = "Its state does not allow it")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "An Idempotency-Key of another request")
  public Response act(
      @PathParam("id") String id,
      @Parameter(schema = @Schema(enumeration = {"rearm", "suspend", "resume", "revoke", "retire"}))
          @PathParam("action")
          String action) {
    return repeatable.answer(
        headers,
        "POST " + PATH + '/' + id + '/' + action,
        "",
        () -> {
          Device device =
              lifecycle.apply(
                  context.actor(),
                  id,
                  Action.valueOf(action.toUpperCase(Locale.ROOT)),
                  expectedVersion(id));
          return new RecordedAnswer(
              Response.Status.OK.getStatusCode(),
              "",
              DeviceView.tag(device),
              Replies.json(DeviceView.of(device)));
        });
  }

  /** The version that {@code If-Match} asks for; null where it asks for none. */
  private @Nullable Long expectedVersion(String id) {
    Device device = find(id);
    boolean exactly =
        EntityTags.match(
            headers.getRequestHeader(HttpHeaders.IF_MATCH), List.of(DeviceView.tag(device)));
    return exactly ? device.version() : null;
  }

  private Device find(String id) {
    if (!NameSyntax.IDENTIFIER.matches(id)) {
      throw Replies.missing("device");
    }
    return devices.find(id).orElseThrow(() -> Replies.missing("device"));
  }
}
