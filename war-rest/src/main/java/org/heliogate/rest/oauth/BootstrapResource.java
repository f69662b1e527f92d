package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.bootstrap.BootstrapResponse;
import org.heliogate.authz.bootstrap.BootstrapService;
import org.heliogate.authz.ca.CertificateInventory;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.heliogate.rest.wire.ClientGate;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.SourceThrottle;
import org.jspecify.annotations.Nullable;

/** The bootstrap endpoint (D3.4.2 §3.2, step 4). */
@Path("/bootstrap")
@RequestScoped
@Tag(name = "Devices and applications")
public class BootstrapResource {

  private static final String ASSERTION_TYPE = ClientGate.ASSERTION_TYPE;

  @Inject private BootstrapService bootstrap;
  @Inject private CertificateInventory certificates;
  @Inject private Settings settings;
  @Inject private SourceThrottle throttle;
  @Context private HttpServletRequest servlet;

  private record Client(
      String workflow,
      String name,
      String role,
      String clientId,
      @Nullable String clientSecret,
      List<String> tokenEndpointAuthMethods) {}

  private record Server(String id, String type, String proxyUri) {}

  private record Answer(
      String deviceId,
      @Nullable String pin,
      List<Client> clients,
      Map<String, String> parameters,
      List<Server> resourceServers,
      String caCertificates) {}

  /** Answers a device that has proven itself by its secure element. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Initial security bootstrap of a device")
  public Response bootstrap(MultivaluedMap<String, String> body) {
    String source = servlet.getRemoteAddr();
    throttle.admit(source);
    FormParameters form = FormParameters.of(body);
    if (!form.require("client_assertion_type").equals(ASSERTION_TYPE)) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "client_assertion_type must be " + ASSERTION_TYPE);
    }
    String assertion = form.require("client_assertion");
    try {
      return Answers.secret(answer(bootstrap.bootstrap(assertion, source)));
    } catch (RequestException e) {
      if (e.code() == ErrorCode.INVALID_CLIENT) {
        throttle.failed(source);
      }
      throw e;
    }
  }

  private Answer answer(BootstrapResponse response) {
    return new Answer(
        response.deviceId(),
        response.pin(),
        response.clients().stream().map(BootstrapResource::client).toList(),
        response.parameters(),
        response.resourceServers().entrySet().stream()
            .map(
                server ->
                    new Server(
                        server.getKey(),
                        server.getValue(),
                        settings.issuer() + "/proxy/" + server.getKey()))
            .toList(),
        certificates.caCertificatesPem());
  }

  private static Client client(BootstrapResponse.Client client) {
    return new Client(
        client.workflow(),
        client.name(),
        client.role(),
        client.clientId(),
        client.clientSecret(),
        client.authentication().stream().map(AuthenticationMethod::wireName).sorted().toList());
  }
}
