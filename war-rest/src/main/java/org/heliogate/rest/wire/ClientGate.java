package org.heliogate.rest.wire;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.ClientAuthenticator;
import org.heliogate.authz.token.ClientCredentials;

/** The gate of the endpoints at which clients authenticate themselves (RFC 6749 §2.3). */
@RequestScoped
public class ClientGate {

  /** The type of the assertions by which clients, and devices, authenticate (RFC 7523 §2.2). */
  public static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final String ACTION = "client.authenticate";

  @Inject private ClientAuthenticator authenticator;
  @Inject private ClientCertificate certificate;
  @Inject private SourceThrottle throttle;
  @Inject private AuditTally tally;
  @Inject private HttpServletRequest servlet;

  /**
   * A client that has authenticated itself.
   *
   * @param client the client
   * @param method how
   */
  public record Authenticated(RegisteredClient client, AuthenticationMethod method) {}

  /**
   * Lets a client through by the credentials in its request.
   *
   * @param otherwise what to say if there are none
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}; {@link ErrorCode#INVALID_REQUEST};
   *     {@link ErrorCode#TOO_MANY_REQUESTS}
   */
  public RegisteredClient require(FormParameters form, String otherwise) {
    return authenticate(form, otherwise).client();
  }

  /** The same, and how the client did it. */
  public Authenticated authenticate(FormParameters form, String otherwise) {
    String source = servlet.getRemoteAddr();
    return admit(
        read(form, source)
            .orElseThrow(() -> new RequestException(ErrorCode.INVALID_CLIENT, otherwise)),
        source);
  }

  /**
   * The client that a token has proven, which must not authenticate itself once more beside it.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if the form has credentials, or
   *     another client's {@code client_id}
   */
  public static RegisteredClient alone(Caller caller, FormParameters form) {
    ClientCredentialsReader.requireNone(form, caller.client().clientId());
    return caller.client();
  }

  /**
   * Lets a client through by HTTP Basic, where a request has no form.
   *
   * @return empty if there are no such credentials
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}; {@link ErrorCode#TOO_MANY_REQUESTS}
   */
  public Optional<RegisteredClient> basic() {
    String source = servlet.getRemoteAddr();
    return read(FormParameters.of(new MultivaluedHashMap<>()), source)
        .map(credentials -> admit(credentials, source).client());
  }

  /**
   * Lets a client through by the certificate of the connection alone, to have it renewed (RFC 7030
   * §3.3.2).
   *
   * @return empty if the connection has none
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}; {@link ErrorCode#TOO_MANY_REQUESTS}
   */
  public Optional<RegisteredClient> holder() {
    return certificate.shown().map(this::holder);
  }

  private RegisteredClient holder(X509Certificate shown) {
    String source = servlet.getRemoteAddr();
    throttle.admit(source);
    return authenticator
        .holder(shown)
        .orElseThrow(
            () -> {
              throttle.failed(source);
              tally.count(AuditEvent.refused(ACTION, "-", source, "certificate"));
              return new RequestException(
                  ErrorCode.INVALID_CLIENT, "the certificate is no client's, or not good any more");
            });
  }

  private Authenticated admit(ClientCredentials credentials, String source) {
    throttle.admit(source, credentials.clientId());
    try {
      RegisteredClient client = authenticator.authenticate(credentials);
      throttle.succeeded(source, credentials.clientId());
      return new Authenticated(client, credentials.method());
    } catch (RequestException e) {
      if (e.code() == ErrorCode.INVALID_CLIENT) {
        throttle.failed(source, credentials.clientId());
        tally.count(AuditEvent.refused(ACTION, "-", source, credentials.method().wireName()));
      }
      throw e;
    }
  }

  private Optional<ClientCredentials> read(FormParameters form, String source) {
    try {
      return ClientCredentialsReader.read(
          servlet.getHeader(HttpHeaders.AUTHORIZATION), form, certificate.shown());
    } catch (RequestException e) {
      if (e.code() == ErrorCode.INVALID_CLIENT) {
        throttle.admit(source);
        throttle.failed(source);
        tally.count(AuditEvent.refused(ACTION, "-", source, "unreadable"));
      }
      throw e;
    }
  }
}
