package org.heliogate.rest.wire;

import java.util.regex.Pattern;

/** A name that a request gives to one of its parts, as far as an answer may repeat it. */
final class ParameterName {

  private static final Pattern PLAIN = Pattern.compile("[a-z_]{1,40}");

  private ParameterName() {}

  /**
   * The name if it is in the alphabet of all names that are known here, {@code [a-z_]}, and has at
   * most 40 characters; otherwise a question mark, since it may be a secret in the wrong place.
   */
  static String shown(String name) {
    return PLAIN.matcher(name).matches() ? name : "?";
  }
}
