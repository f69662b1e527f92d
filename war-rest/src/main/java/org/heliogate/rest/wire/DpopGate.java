package org.heliogate.rest.wire;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.dpop.DpopNonces;
import org.heliogate.authz.dpop.DpopProof;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.dpop.DpopRequest;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.jspecify.annotations.Nullable;

/** What the present request has to do with DPoP (RFC 9449). */
@RequestScoped
public class DpopGate {

  private static final String FIELD = "DPoP";

  @Inject private DpopProofs proofs;
  @Inject private DpopNonces nonces;
  @Inject private SourceThrottle throttle;
  @Inject private AuditTally tally;
  @Inject private Settings settings;
  @Inject private HttpServletRequest servlet;

  private @Nullable String nonce;

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
   * The proof in a token request that shows no DPoP token (RFC 9449 §5). It is still to be spent.
   *
   * @return empty if there is none
   * @throws RequestException {@link ErrorCode#INVALID_DPOP_PROOF}, {@link ErrorCode#USE_DPOP_NONCE}
   */
  public Optional<DpopProof> offered() {
    if (servlet.getHeader(FIELD) == null) {
      return Optional.empty();
    }
    String source = servlet.getRemoteAddr();
    throttle.admit(source);
    try {
      return Optional.of(proofs.verify(request(), null));
    } catch (RequestException e) {
      if (e.code() != ErrorCode.USE_DPOP_NONCE) {
        throttle.failed(source);
        tally.count(AuditEvent.refused("token.issue", "-", source, e.code().name()));
      }
      throw e;
    }
  }
}
