package org.heliogate.authz.est;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The one encoding of all bodies (RFC 8951 §3.1): base64 (RFC 4648 §4), in which white space means
 * nothing, whatever the header field Content-Transfer-Encoding says.
 */
final class TransferEncoding {

  private TransferEncoding() {}

  /**
   * Decodes a body.
   *
   * @return empty if it is not base64, has nothing in it, or has anything else around it
   */
  static Optional<byte[]> decode(byte[] body) {
    byte[] text = new byte[body.length];
    int length = 0;
    for (byte next : body) {
      if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
        text[length++] = next;
      }
    }
    if (length == 0 || length % 4 != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(Arrays.copyOf(text, length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
