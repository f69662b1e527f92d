package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.uma.CsrDesk;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/** The CSR endpoint (D3.4.2 §4, getCredentials). */
@Path("/csr")
@RequestScoped
@Tag(name = "Devices and applications")
public class CsrResource {

  @Inject private CsrDesk desk;
  @Inject private CallerContext context;

  /** What the client asks. */
  public record Question(@Nullable String resourceServer) {}

  /** Says what to put into a certificate request. */
  @POST
  @Secured("uma_authorization")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "What to put into a certificate request")
  public Response terms(@Nullable Question question) {
    String server = question == null ? null : question.resourceServer();
    if (server == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "resource_server is missing");
    }
    return Answers.secret(desk.terms(context.required(), server));
  }
}
