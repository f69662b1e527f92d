package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.dpop.DpopProof;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.Confirmation;
import org.heliogate.authz.token.GrantedToken;
import org.heliogate.authz.token.TokenService;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.ClientCertificate;
import org.heliogate.rest.wire.ClientGate;
import org.heliogate.rest.wire.DpopGate;
import org.heliogate.rest.wire.FormParameters;

/** The token endpoint (RFC 6749 §3.2). */
@Path("/oauth/token")
@RequestScoped
@Tag(name = "Devices and applications")
public class TokenResource {

  private static final String UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket";

  @Inject private ClientGate gate;
  @Inject private TokenService tokens;
  @Inject private UmaGrantEndpoint umaGrant;
  @Inject private CallerContext context;
  @Inject private DpopGate dpop;
  @Inject private DpopProofs proofs;
  @Inject private ClientCertificate certificate;

  private record TokenAnswer(String accessToken, String tokenType, long expiresIn, String scope) {}

  /** Grants a token. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Client credentials grant and UMA grant")
  public Response token(MultivaluedMap<String, String> body) {
    FormParameters form = FormParameters.of(body);
    String grantType = form.require("grant_type");
    return switch (grantType) {
      case "client_credentials" -> clientCredentials(form);
      case UMA_TICKET -> umaGrant(form);
      default ->
          throw new RequestException(
              ErrorCode.UNSUPPORTED_GRANT_TYPE,
              "grant_type must be client_credentials or " + UMA_TICKET);
    };
  }

  private Response clientCredentials(FormParameters form) {
    Optional<DpopProof> proof = dpop.offered(form);
    ClientGate.Authenticated caller = gate.authenticate(form, "client authentication is missing");
    Confirmation binding = spend(proof).or(() -> certificate(caller)).orElse(null);
    GrantedToken granted =
        tokens.clientCredentials(
            caller.client(), caller.method(), form.find("scope").orElse(null), binding);
    return Answers.secret(
        new TokenAnswer(
            granted.value(),
            Answers.tokenType(binding),
            granted.lifetime().toSeconds(),
            String.join(" ", granted.scope())));
  }

  /**
   * The UMA grant. The RPT is bound to the key of the proof in the request; without one to what the
   * client's AAT is bound to, or to the certificate by which the client authenticates itself.
   */
  private Response umaGrant(FormParameters form) {
    Optional<Caller> caller = context.caller();
    if (caller.isEmpty()) {
      Optional<DpopProof> proof = dpop.offered(form);
      ClientGate.Authenticated client =
          gate.authenticate(form, "show an AAT or authenticate the client");
      Optional<Confirmation> binding = spend(proof).or(() -> certificate(client));
      return umaGrant.redeem(client.client(), form, binding.orElse(null));
    }
    Caller known = caller.get();
    RegisteredClient client = ClientGate.alone(known, form);
    if (!known.scope().contains("uma_authorization")) {
      throw new RequestException(
          ErrorCode.INSUFFICIENT_SCOPE, "the token needs the scope uma_authorization");
    }
    // The proof of a token that was shown as DPoP has been spent already.
    Optional<Confirmation> binding =
        known.proof() == Caller.Proof.DPOP ? Optional.empty() : spend(dpop.offered(client));
    return umaGrant.redeem(client, form, binding.orElse(known.confirmation()));
  }

  /** The certificate by which a client has authenticated itself (RFC 8705 §3). */
  private Optional<Confirmation> certificate(ClientGate.Authenticated client) {
    return client.method() == AuthenticationMethod.TLS_CLIENT_AUTH
        ? certificate.shown().map(Confirmation::of)
        : Optional.empty();
  }

  private Optional<Confirmation> spend(Optional<DpopProof> proof) {
    proof.ifPresent(proofs::spend);
    return proof.map(DpopProof::keyThumbprint).map(Confirmation::ofKey);
  }
}
