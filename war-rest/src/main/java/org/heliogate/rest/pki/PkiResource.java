package org.heliogate.rest.pki;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.Date;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.ca.CrlPublisher;
import org.heliogate.authz.ca.PublishedCrl;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/** The CA's public face, at the URIs that stand in certificates. */
@Path("/pki")
@RequestScoped
@Tag(name = "PKI")
public class PkiResource {

  @Inject private CertificateInventory inventory;
  @Inject private CrlPublisher crls;
  @Context private Request request;

  /** The issuing CA's certificate and the root's, PEM. */
  @GET
  @Path("ca.pem")
  @Produces("application/x-pem-file")
  @Operation(summary = "CA certificates, issuer first, PEM")
  public String certificates() {
    return inventory.caCertificatesPem();
  }

  /** One CA's certificate, DER. */
  @GET
  @Path("ca/{ski}.cer")
  @Produces("application/pkix-cert")
  @Operation(summary = "A CA's certificate, DER")
  public byte[] certificate(@PathParam("ski") String ski) {
    return inventory.caCertificate(ski).orElseThrow(PkiResource::unknown);
  }

  /** The CRL of the active issuer, DER. */
  @GET
  @Path("crl")
  @Produces("application/pkix-crl")
  @Operation(summary = "The active issuer's CRL, DER")
  public Response crl() {
    return answer(crls.currentCrl());
  }

  /** The CRL of one CA, DER. */
  @GET
  @Path("crl/{ski}")
  @Produces("application/pkix-crl")
  @Operation(summary = "A CA's CRL, DER")
  public Response crl(@PathParam("ski") String ski) {
    return answer(crls.currentCrl(ski));
  }

  /** The delta CRL of one CA, DER. */
  @GET
  @Path("crl/{ski}/delta")
  @Produces("application/pkix-crl")
  @Operation(summary = "A CA's delta CRL, DER")
  public Response delta(@PathParam("ski") String ski) {
    return answer(crls.currentDelta(ski));
  }

  private Response answer(Optional<PublishedCrl> found) {
    PublishedCrl crl = found.orElseThrow(PkiResource::unknown);
    EntityTag tag = EntityTag.valueOf(crl.entityTag());
    Response.ResponseBuilder response = request.evaluatePreconditions(tag);
    if (response == null) {
      response = Response.ok(crl.der(), "application/pkix-crl");
    }
    return response
        .tag(tag)
        .lastModified(Date.from(crl.thisUpdate()))
        .expires(Date.from(crl.nextUpdate()))
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .build();
  }

  private static RequestException unknown() {
    return new RequestException(ErrorCode.NOT_FOUND, "there is no such CA");
  }
}
