package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientAuthenticator;
import org.heliogate.authz.token.ClientCredentials;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.SourceThrottle;

/** The gate of the endpoints at which clients authenticate themselves (RFC 6749 §2.3). */
@RequestScoped
public class ClientGate {

  @Inject private ClientAuthenticator authenticator;
  @Inject private SourceThrottle throttle;
  @Inject private AuditTally tally;
  @Inject private HttpServletRequest servlet;

  /**
   * Lets a client through by the credentials in its request.
   *
   * @param otherwise what to say if there are none
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}
   */
  RegisteredClient require(FormParameters form, String otherwise) {
    return admit(
        ClientCredentialsReader.read(servlet.getHeader(HttpHeaders.AUTHORIZATION), form)
            .orElseThrow(() -> new RequestException(ErrorCode.INVALID_CLIENT, otherwise)));
  }

  /**
   * Lets a client through that shows these credentials.
   *
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT}
   */
  RegisteredClient admit(ClientCredentials credentials) {
    String source = servlet.getRemoteAddr();
    throttle.admit(source);
    try {
      return authenticator.authenticate(credentials);
    } catch (RequestException e) {
      throttle.failed(source);
      tally.count(
          AuditEvent.refused("client.authenticate", "-", source, credentials.method().wireName()));
      throw e;
    }
  }
}
