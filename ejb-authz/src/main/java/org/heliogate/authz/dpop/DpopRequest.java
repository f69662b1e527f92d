package org.heliogate.authz.dpop;

import java.util.List;

/**
 * A request that comes with a DPoP proof (RFC 9449 §4.1).
 *
 * @param proofs the values of its {@code DPoP} header fields
 * @param method its HTTP method
 * @param uri its absolute URI, built on the issuer
 */
public record DpopRequest(List<String> proofs, String method, String uri) {
  /** Shows nothing of the proofs. */
  @Override
  public String toString() {
    return "DpopRequest[" + method + ' ' + uri + "]";
  }
}
