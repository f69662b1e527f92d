package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientAuthenticator;
import org.heliogate.authz.token.ClientCredentials;
import org.heliogate.rest.wire.ClientCertificate;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.SourceThrottle;

/** The gate of the endpoints at which clients authenticate themselves (RFC 6749 §2.3). */
@RequestScoped
public class ClientGate {

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
  record Authenticated(RegisteredClient client, AuthenticationMethod method) {}

  /**
   * Lets a client through by the credentials in its request.
   *
   * @param otherwise what to say if there are none
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}; {@link ErrorCode#INVALID_REQUEST};
   *     {@link ErrorCode#TOO_MANY_REQUESTS}
   */
  RegisteredClient require(FormParameters form, String otherwise) {
    return authenticate(form, otherwise).client();
  }

  /** The same, and how the client did it. */
  Authenticated authenticate(FormParameters form, String otherwise) {
    String source = servlet.getRemoteAddr();
    ClientCredentials credentials =
        read(form, source)
            .orElseThrow(() -> new RequestException(ErrorCode.INVALID_CLIENT, otherwise));
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
