package org.heliogate.hsm.ca;

import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A value in a DER encoding (X.690): where it starts, where its content is and where it ends.
 *
 * @param der the whole encoding
 * @param tag its tag, one octet
 * @param start where it starts
 * @param content where its content starts
 * @param end where it ends
 */
@SuppressWarnings("ArrayRecordComponent") // A view of it; nobody compares views.
record DerElement(byte[] der, int tag, int start, int content, int end) {

  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;
  static final int CONTEXT_0 = 0xa0;

  private static final int LONG_FORM = 0x80;
  private static final int MAX_LENGTH_OCTETS = 4;

  /**
   * The value at a place.
   *
   * @param limit where the value that it is in ends
   * @throws CRLException if there is none, or it does not end before the limit
   */
  static DerElement at(byte[] der, int start, int limit) throws CRLException {
    if (limit - start < 2) {
      throw new CRLException("the encoding ends early");
    }
    int at = start + 2;
    long length = der[start + 1] & 0xff;
    if ((length & LONG_FORM) != 0) {
      int octets = (int) length & ~LONG_FORM;
      if (octets == 0 || octets > MAX_LENGTH_OCTETS || octets > limit - at) {
        throw new CRLException("a length is not that of DER");
      }
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = length << 8 | der[at++] & 0xff;
      }
    }
    if (length > limit - at) {
      throw new CRLException("a value is longer than what it is in");
    }
    return new DerElement(der, der[start] & 0xff, start, at, at + (int) length);
  }

  int length() {
    return end - content;
  }

  /** The same. */
  DerElement tagged(int expected) throws CRLException {
    if (tag != expected) {
      throw new CRLException("a value of another type was expected");
    }
    return this;
  }

  /** The first value in this one. */
  DerElement first() throws CRLException {
    return at(der, content, end);
  }

  Optional<DerElement> firstOrNone() throws CRLException {
    return content == end ? Optional.empty() : Optional.of(first());
  }

  /** The value in this one that follows another one in it. */
  DerElement after(DerElement inner) throws CRLException {
    return at(der, inner.end, end);
  }

  Optional<DerElement> next(DerElement inner) throws CRLException {
    return inner.end == end ? Optional.empty() : Optional.of(after(inner));
  }

  byte[] encoded() {
    return Arrays.copyOfRange(der, start, end);
  }

  String ascii() {
    return new String(der, content, length(), StandardCharsets.US_ASCII);
  }

  /** As dotted numbers. */
  String objectIdentifier() throws CRLException {
    tagged(OBJECT_IDENTIFIER);
    StringBuilder text = new StringBuilder();
    long number = 0;
    for (int i = content; i < end; i++) {
      if (number > Integer.MAX_VALUE) {
        throw new CRLException("an object identifier has a number that is too large");
      }
      number = number << 7 | der[i] & 0x7f;
      if ((der[i] & LONG_FORM) == 0) {
        if (text.length() == 0) {
          long top = Math.min(number / 40, 2);
          text.append(top).append('.').append(number - top * 40);
        } else {
          text.append('.').append(number);
        }
        number = 0;
      }
    }
    return text.toString();
  }
}
