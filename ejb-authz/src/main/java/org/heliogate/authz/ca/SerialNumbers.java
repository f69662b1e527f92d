package org.heliogate.authz.ca;

import java.util.Locale;
import java.util.Optional;

/** How people and tools write serial numbers: hexadecimal in either case, some with zeros first. */
public final class SerialNumbers {

  private SerialNumbers() {}

  /** The form in which the inventory has it; empty if it is none. */
  public static Optional<String> canonical(String written) {
    return written.matches("[0-9A-Fa-f]{1,40}")
        ? Optional.of(written.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", ""))
        : Optional.empty();
  }
}
