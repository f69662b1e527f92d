package org.heliogate.hsm.ca;

import java.net.URI;

/**
 * The plain-HTTP addresses that certificates name (RFC 5280 §8).
 *
 * @param base where {@code /pki} is served, such as {@code http://localhost:8080/pki}
 * @param announceOcsp whether certificates name the OCSP responder; only true where there is one,
 *     as strict validators fail on an address that answers 404
 */
public record PkiLocations(URI base, boolean announceOcsp) {

  /** Checks that the address is plain HTTP and drops a slash at its end. */
  public PkiLocations {
    if (!"http".equals(base.getScheme()) || base.getHost() == null) {
      throw new IllegalArgumentException("the PKI address is an http:// URI, not " + base);
    }
    if (base.getRawQuery() != null || base.getRawFragment() != null) {
      throw new IllegalArgumentException("the PKI address has no query and no fragment");
    }
    String text = base.toString();
    base = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : base;
  }

  String certificate(String ski) {
    return base + "/ca/" + ski + ".cer";
  }

  String crl(String ski) {
    return base + "/crl/" + ski;
  }

  String deltaCrl(String ski) {
    return crl(ski) + "/delta";
  }

  String ocsp() {
    return base + "/ocsp";
  }
}
