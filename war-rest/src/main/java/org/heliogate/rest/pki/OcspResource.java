package org.heliogate.rest.pki;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.ocsp.OcspReply;
import org.heliogate.authz.ocsp.OcspService;
import org.heliogate.authz.platform.Digests;

/** The OCSP responder over HTTP (RFC 6960 appendix A, RFC 5019 §5 and §6). */
@Path("/pki/ocsp")
@RequestScoped
@Tag(name = "PKI")
public class OcspResource {

  private static final String PREFIX = "/pki/ocsp/";
  private static final String RESPONSE = "application/ocsp-response";

  /** How long a cache may pass an answer on without asking; by so much it is late to hear. */
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  @Inject private OcspService service;
  @Inject private HttpServletRequest servlet;
  @Inject private Clock clock;
  @Context private Request request;

  /** An answer to the request in the body. */
  @POST
  @Consumes("application/ocsp-request")
  @Produces(RESPONSE)
  @Operation(summary = "Status of certificates (OCSP)")
  public Response post(byte[] body) {
    return Response.ok(service.answer(body, servlet.getRemoteAddr()).der(), RESPONSE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** An answer to the request in the path, in base64 of which slashes may be escaped or not. */
  @GET
  @Path("{request: .+}")
  @Produces(RESPONSE)
  @Operation(summary = "Status of a certificate (OCSP), cacheable")
  public Response get(@Context UriInfo uri) {
    String path = uri.getRequestUri().getRawPath();
    String encoded = path.substring(path.indexOf(PREFIX) + PREFIX.length());
    return answer(service.answer(EncodedRequest.decode(encoded), servlet.getRemoteAddr()));
  }

  private Response answer(OcspReply reply) {
    OcspReply.Validity validity = reply.validity();
    if (validity == null) {
      return Response.ok(reply.der(), RESPONSE)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .build();
    }
    EntityTag tag = new EntityTag(HexFormat.of().formatHex(Digests.sha256(reply.der())));
    Response.ResponseBuilder response = request.evaluatePreconditions(tag);
    if (response == null) {
      response = Response.ok(reply.der(), RESPONSE);
    }
    Instant fresh = clock.instant().plus(MAX_AGE);
    return response
        .tag(tag)
        .lastModified(Date.from(validity.thisUpdate()))
        .expires(Date.from(fresh))
        .header(
            HttpHeaders.CACHE_CONTROL,
            "max-age=" + MAX_AGE.toSeconds() + ", public, no-transform, must-revalidate")
        .build();
  }
}
