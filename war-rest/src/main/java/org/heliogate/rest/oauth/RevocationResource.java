package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.protection.TokenRevocation;
import org.heliogate.rest.wire.ClientGate;
import org.heliogate.rest.wire.FormParameters;

/** The revocation endpoint (RFC 7009); {@code token_type_hint} is not needed and ignored. */
@Path("/oauth/revoke")
@RequestScoped
@Tag(name = "Devices and applications")
public class RevocationResource {

  @Inject private TokenRevocation revocation;
  @Inject private ClientGate gate;

  /** Ends a token of the client's. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(summary = "Token revocation (RFC 7009)")
  public Response revoke(MultivaluedMap<String, String> body) {
    FormParameters form = FormParameters.of(body);
    RegisteredClient caller = gate.require(form, "client authentication is missing");
    revocation.revoke(caller, form.require("token"));
    return Response.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }
}
