package org.heliogate.rest.wire;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Collections;
import java.util.Optional;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.dpop.DpopNonces;
import org.heliogate.authz.dpop.DpopProof;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.dpop.DpopRequest;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.token.ClientCredentials;
import org.jspecify.annotations.Nullable;

/** What the present request has to do with DPoP (RFC 9449). */
@RequestScoped
public class DpopGate {

  private static final String FIELD = "DPoP";

  private final DpopProofs proofs;
  private final DpopNonces nonces;
  private final CheckThrottle throttle;
  private final ClientCertificate certificate;
  private final Settings settings;
  private final HttpServletRequest servlet;

  private @Nullable String nonce;

  /** The gate of the present request. */
  @Inject
  public DpopGate(
      DpopProofs proofs,
      DpopNonces nonces,
      CheckThrottle throttle,
      ClientCertificate certificate,
      Settings settings,
      HttpServletRequest servlet) {
    this.proofs = proofs;
    this.nonces = nonces;
    this.throttle = throttle;
    this.certificate = certificate;
    this.settings = settings;
    this.servlet = servlet;
  }

  /** The request as its proof is to describe it. From now on the answer will have a nonce. */
  DpopRequest request() {
    nonce = nonces.fresh();
    return new DpopRequest(
        Collections.list(servlet.getHeaders(FIELD)),
        servlet.getMethod(),
        settings.issuer() + servlet.getRequestURI());
  }

  /** The nonce for the answer; empty if the request has nothing to do with DPoP. */
  Optional<String> nonce() {
    return Optional.ofNullable(nonce);
  }

  /**
   * The proof in a token request whose client has yet to authenticate itself (RFC 9449 §5). It is
   * still to be spent.
   *
   * @param form the request, with the credentials of the client that it says it is
   * @return empty if there is none
   * @throws RequestException {@link ErrorCode#INVALID_DPOP_PROOF}, {@link
   *     ErrorCode#USE_DPOP_NONCE}; {@link ErrorCode#TOO_MANY_REQUESTS}
   */
  public Optional<DpopProof> offered(FormParameters form) {
    return servlet.getHeader(FIELD) == null ? Optional.empty() : offered(named(form));
  }

  /**
   * The same in a request that an AAT has proven to be the client's, which was not shown as DPoP.
   */
  public Optional<DpopProof> offered(RegisteredClient known) {
    return servlet.getHeader(FIELD) == null
        ? Optional.empty()
        : offered(Optional.of(known.clientId()));
  }

  private Optional<DpopProof> offered(Optional<String> client) {
    return Optional.of(
        throttle.check(
            "token.issue", servlet.getRemoteAddr(), client, () -> proofs.verify(request(), null)));
  }

  private Optional<String> named(FormParameters form) {
    try {
      return ClientCredentialsReader.read(
              servlet.getHeader(HttpHeaders.AUTHORIZATION), form, certificate.shown())
          .map(ClientCredentials::clientId);
    } catch (RequestException e) {
      // What cannot be read names nobody; the gate for clients refuses it.
      return Optional.empty();
    }
  }
}
