package org.heliogate.rest.wire;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import org.heliogate.authz.dpop.DpopProofs;

/**
 * What DPoP adds to answers: the nonce for the next proof (RFC 9449 §8.2), which no cache may keep,
 * and the challenge beside, or for a token shown as DPoP in place of, that of Bearer (§7.1).
 */
@Provider
public class DpopAnswerFilter implements ContainerResponseFilter {

  private static final String BEARER = "Bearer ";
  private static final String DPOP = "DPoP ";
  private static final String ALGORITHMS =
      "algs=\"" + String.join(" ", DpopProofs.ALGORITHMS) + '"';

  @Inject private DpopGate gate;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    gate.nonce()
        .ifPresent(
            nonce -> {
              headers.putSingle("DPoP-Nonce", nonce);
              headers.putIfAbsent(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
            });
    if (headers.getFirst(HttpHeaders.WWW_AUTHENTICATE) instanceof String challenge) {
      if (challenge.startsWith(DPOP)) {
        headers.putSingle(HttpHeaders.WWW_AUTHENTICATE, challenge + ", " + ALGORITHMS);
      } else if (challenge.startsWith(BEARER)) {
        challenge(headers, challenge.substring(BEARER.length()), shownAsDpop(request));
      }
    }
  }

  private static void challenge(
      MultivaluedMap<String, Object> headers, String parameters, boolean shownAsDpop) {
    if (shownAsDpop) {
      headers.putSingle(HttpHeaders.WWW_AUTHENTICATE, DPOP + parameters + ", " + ALGORITHMS);
    } else if (!parameters.contains("insufficient_scope")) {
      headers.add(HttpHeaders.WWW_AUTHENTICATE, DPOP + "realm=\"heliogate\", " + ALGORITHMS);
    }
  }

  private static boolean shownAsDpop(ContainerRequestContext request) {
    String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    return authorization != null && authorization.regionMatches(true, 0, DPOP, 0, DPOP.length());
  }
}
