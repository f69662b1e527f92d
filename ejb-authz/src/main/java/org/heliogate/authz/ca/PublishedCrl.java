package org.heliogate.authz.ca;

import java.time.Instant;

/**
 * The CRL that is in force.
 *
 * @param issuerSki the CA's subject key identifier, lower-case hex
 * @param number the CRL number
 * @param thisUpdate when it was signed
 * @param nextUpdate by when the next one is out
 * @param der the CRL; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Served as it is to every request, so not copied.
public record PublishedCrl(
    String issuerSki, long number, Instant thisUpdate, Instant nextUpdate, byte[] der) {

  /** The strong entity tag, with its quotation marks (RFC 9110 §8.8.3). */
  public String entityTag() {
    return '"' + issuerSki.substring(0, 8) + '-' + number + '"';
  }
}
