package org.heliogate.hsm.ca;

/**
 * How deep the values of an ASN.1 encoding (X.690) lie in each other. A parser that calls itself
 * for each level runs out of stack on a few kilobytes of nothing but opening headers, so depth is
 * bounded before anything is parsed.
 */
public final class AsnNesting {

  /** The deepest nesting that is read; a request with all usual extensions has less than 20. */
  public static final int MAX_DEPTH = 100;

  private static final int CONSTRUCTED = 0x20;
  private static final int HIGH_TAG = 0x1f;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int LONG_FORM = 0x80;

  private final byte[] der;
  private final int[] ends = new int[MAX_DEPTH + 1];
  private int depth;
  private int at;

  private AsnNesting(byte[] der) {
    this.der = der;
    this.ends[0] = der.length;
  }

  /**
   * Whether the encoding is nested deeper than {@link #MAX_DEPTH}. Bit strings and octet strings
   * count as if they held further values, since some do. What is malformed is given the greatest
   * depth that a parser could find in it.
   */
  public static boolean isTooDeep(byte[] der) {
    return new AsnNesting(der).descend();
  }

  private boolean descend() {
    while (depth > 0 || at < der.length) {
      if (at >= ends[depth]) {
        depth--;
      } else {
        int tag = tag();
        int end = end();
        if ((tag & CONSTRUCTED) == 0 && tag != BIT_STRING && tag != OCTET_STRING) {
          at = end;
        } else if (depth == MAX_DEPTH) {
          return true;
        } else {
          // The first octet of a bit string counts the bits that are not used.
          at += tag == BIT_STRING ? 1 : 0;
          ends[++depth] = end;
        }
      }
    }
    return false;
  }

  private int tag() {
    int tag = next();
    if ((tag & HIGH_TAG) == HIGH_TAG) {
      while ((next() & LONG_FORM) != 0) {
        // The number of the tag says nothing about its depth.
        continue;
      }
    }
    return tag;
  }

  /** Where the value ends: at its length, or with what it is in. */
  private int end() {
    int first = next();
    long length = first;
    if ((first & LONG_FORM) != 0) {
      length = 0;
      for (int octets = first & ~LONG_FORM; octets > 0; octets--) {
        length = Math.min(Integer.MAX_VALUE, length << 8 | next());
      }
    }
    int limit = ends[depth];
    return first == LONG_FORM ? limit : (int) Math.min(limit, at + length);
  }

  private int next() {
    return at < ends[depth] ? der[at++] & 0xff : 0;
  }
}
