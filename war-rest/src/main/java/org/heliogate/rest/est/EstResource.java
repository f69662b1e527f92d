package org.heliogate.rest.est;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.est.EnrollmentService;
import org.heliogate.authz.token.Caller;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.ClientCertificate;
import org.heliogate.rest.wire.ClientGate;
import org.heliogate.rest.wire.SourceThrottle;

/** The operations of EST (RFC 7030 §3.2.2) that this CA has. */
@Path(EstResource.PATH)
@RequestScoped
@Tag(name = "PKI")
public class EstResource {

  static final String PATH = "/.well-known/est";

  private static final String SCOPE = "uma_authorization";
  private static final String REQUEST = "application/pkcs10";
  private static final String CERTIFICATES = "application/pkcs7-mime";
  private static final String ISSUED = CERTIFICATES + "; smime-type=certs-only";
  private static final String ATTRIBUTES = "application/csrattrs";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));

  @Inject private EnrollmentService service;
  @Inject private ClientGate gate;
  @Inject private CallerContext context;
  @Inject private ClientCertificate certificate;
  @Inject private SourceThrottle throttle;
  @Context private HttpServletRequest servlet;

  /** The certificates of the CAs (RFC 7030 §4.1). */
  @GET
  @Path("cacerts")
  @Produces(CERTIFICATES)
  @Operation(summary = "CA certificates, EST (RFC 7030 §4.1)")
  public Response authorities() {
    throttle.knock(servlet.getRemoteAddr());
    return answer(CERTIFICATES, service.caCertificates());
  }

  /** What a request should look like (RFC 7030 §4.5). */
  @GET
  @Path("csrattrs")
  @Produces(ATTRIBUTES)
  @Operation(summary = "What a certification request should look like, EST (RFC 7030 §4.5)")
  public Response attributes() {
    throttle.knock(servlet.getRemoteAddr());
    return answer(ATTRIBUTES, service.requestAttributes());
  }

  /** A certificate for a client that proves itself by its secret or AAT (RFC 7030 §4.2.1). */
  @POST
  @Path("simpleenroll")
  @Consumes(REQUEST)
  @Produces(CERTIFICATES)
  @Operation(summary = "A certificate for a client, EST (RFC 7030 §4.2)")
  public Response enroll(byte[] body) {
    return answer(ISSUED, service.enroll(client().orElseThrow(this::stranger), body));
  }

  /** A certificate in the place of the one that the connection shows (RFC 7030 §4.2.2). */
  @POST
  @Path("simplereenroll")
  @Consumes(REQUEST)
  @Produces(CERTIFICATES)
  @Operation(summary = "Renewal or rekey of the connection's certificate, EST (RFC 7030 §4.2.2)")
  public Response reenroll(byte[] body) {
    Optional<RegisteredClient> named = client();
    Optional<RegisteredClient> holder = gate.holder();
    if (holder.isEmpty()) {
      throw named.isEmpty()
          ? stranger()
          : new RequestException(
              ErrorCode.REQUEST_DENIED, "show the certificate that is to be renewed in TLS");
    }
    if (named.filter(client -> !client.clientId().equals(holder.get().clientId())).isPresent()) {
      throw new RequestException(ErrorCode.REQUEST_DENIED, "the certificate is another client's");
    }
    return answer(ISSUED, service.reenroll(holder.get(), certificate.shown().orElseThrow(), body));
  }

  /** What this CA has not (RFC 7030 §4.3). */
  @POST
  @Path("fullcmc")
  @Operation(summary = "Not available: full CMC, EST (RFC 7030 §4.3)")
  public Response fullCmc() {
    throw new RequestException(ErrorCode.NOT_FOUND, "there is no full CMC; use simpleenroll");
  }

  /** What this CA has not (RFC 7030 §4.4): keys are made where they are used. */
  @POST
  @Path("serverkeygen")
  @Operation(summary = "Not available: key generation by the server, EST (RFC 7030 §4.4)")
  public Response generateKey() {
    throw new RequestException(
        ErrorCode.NOT_FOUND, "this server makes no keys for others; use simpleenroll");
  }

  /** The client that a token or HTTP Basic proves; empty without either. */
  private Optional<RegisteredClient> client() {
    Optional<Caller> caller = context.caller();
    if (caller.isEmpty()) {
      return gate.basic();
    }
    if (!caller.get().scope().contains(SCOPE)) {
      throw new RequestException(
          ErrorCode.INSUFFICIENT_SCOPE, "the token needs the scope " + SCOPE);
    }
    return caller.map(Caller::client);
  }

  private RequestException stranger() {
    throttle.knock(servlet.getRemoteAddr());
    return new RequestException(
        ErrorCode.TOKEN_REQUIRED, "authenticate by the client's secret (Basic) or an AAT");
  }

  private static Response answer(String type, byte[] der) {
    return Response.ok(LINES.encodeToString(der) + "\n")
        .header("Content-Type", type)
        .header("Content-Transfer-Encoding", "base64")
        .build();
  }
}
