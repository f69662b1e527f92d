package org.heliogate.authz.ca.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The published delta CRL of one CA. */
@Entity
@Table(name = "delta_crl")
public class DeltaCrlEntity {

  @Id private String issuerSki;
  private long number;
  private long baseNumber;
  private Instant thisUpdate;
  private Instant nextUpdate;
  private byte[] content;

  /** For JPA. */
  protected DeltaCrlEntity() {}

  /** A delta. */
  public DeltaCrlEntity(
      String issuerSki,
      long number,
      long baseNumber,
      Instant thisUpdate,
      Instant nextUpdate,
      byte[] content) {
    this.issuerSki = issuerSki;
    this.number = number;
    this.baseNumber = baseNumber;
    this.thisUpdate = thisUpdate;
    this.nextUpdate = nextUpdate;
    this.content = content.clone();
  }

  /** The CRL number. */
  public long number() {
    return number;
  }

  /** When it was signed. */
  public Instant thisUpdate() {
    return thisUpdate;
  }

  /** By when the next one is out. */
  public Instant nextUpdate() {
    return nextUpdate;
  }

  /** Its bytes. */
  public byte[] content() {
    return content.clone();
  }
}
