package org.heliogate.authz.signing;

import java.time.DateTimeException;
import java.time.Duration;

/**
 * How long a signing key signs until the next one takes over by itself ({@code
 * heliogate.signing-key.rotation}, ISO 8601, default {@code P30D}).
 *
 * @param value one day to 366 days
 */
public record RotationPeriod(Duration value) {

  /** The shortest period. */
  public static final Duration MIN = Duration.ofDays(1);

  /** The longest period. */
  public static final Duration MAX = Duration.ofDays(366);

  private static final String PROPERTY = "heliogate.signing-key.rotation";
  private static final String DEFAULT = "P30D";

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException out of bounds
   */
  public RotationPeriod {
    if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(PROPERTY + " must be P1D to P366D");
    }
  }

  /**
   * Reads the system property.
   *
   * @throws IllegalArgumentException if it is no duration, or out of bounds
   */
  public static RotationPeriod fromSystemProperty() {
    try {
      return new RotationPeriod(Duration.parse(System.getProperty(PROPERTY, DEFAULT)));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(PROPERTY + " must be P1D to P366D", e);
    }
  }
}
