package org.heliogate.authz.ca.jpa;

import jakarta.persistence.Embeddable;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which part of which CRL. */
@Embeddable
public class CrlPartKey implements Serializable {

  private static final long serialVersionUID = 1L;

  private String issuerSki;
  private long number;
  private int position;

  /** For JPA. */
  protected CrlPartKey() {}

  /** A part, counted from 0. */
  public CrlPartKey(String issuerSki, long number, int position) {
    this.issuerSki = issuerSki;
    this.number = number;
    this.position = position;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CrlPartKey key
        && key.issuerSki.equals(issuerSki)
        && key.number == number
        && key.position == position;
  }

  @Override
  public int hashCode() {
    return Objects.hash(issuerSki, number, position);
  }
}
