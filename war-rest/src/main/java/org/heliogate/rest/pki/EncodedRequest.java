package org.heliogate.rest.pki;

import java.util.Base64;

/**
 * An OCSP request in a path (RFC 6960 appendix A.1): base64, of which clients escape the slashes,
 * plus signs and equals signs, or not, and some leave the padding out.
 */
final class EncodedRequest {

  private EncodedRequest() {}

  /**
   * The request.
   *
   * @param encoded the rest of the path as it was sent
   * @return what was encoded, or nothing, which is no request, if it is no base64
   */
  static byte[] decode(String encoded) {
    String text =
        encoded
            .replace("%2F", "/")
            .replace("%2f", "/")
            .replace("%2B", "+")
            .replace("%2b", "+")
            .replace("%3D", "=")
            .replace("%3d", "=");
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
