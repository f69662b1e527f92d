package org.heliogate.authz.ca.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the CRL of one CA stands, and which node signs the next one. */
@Entity
@Table(name = "crl")
public class CrlEntity {

  @Id private String issuerSki;
  private long lastNumber;
  private long number;
  private @Nullable Instant thisUpdate;
  private @Nullable Instant nextUpdate;
  private Instant leasedUntil;

  /** For JPA. */
  protected CrlEntity() {}

  /** A CA without a CRL. */
  public CrlEntity(String issuerSki) {
    this.issuerSki = issuerSki;
    this.leasedUntil = Instant.EPOCH;
  }

  /** Gives the next number to a signer, who alone may publish until then. */
  public long claim(Instant until) {
    this.leasedUntil = until;
    this.lastNumber++;
    return lastNumber;
  }

  /** Whether a signer is at work. */
  public boolean leased(Instant now) {
    return now.isBefore(leasedUntil);
  }

  /** Notes what was published, and ends the lease. */
  public void publish(long number, Instant thisUpdate, Instant nextUpdate) {
    this.number = number;
    this.lastNumber = Math.max(lastNumber, number);
    this.thisUpdate = thisUpdate;
    this.nextUpdate = nextUpdate;
    this.leasedUntil = Instant.EPOCH;
  }

  /** Whether there is none, or half of its life is over. */
  public boolean aged(Instant now) {
    return thisUpdate == null
        || nextUpdate == null
        || !now.isBefore(thisUpdate.plus(Duration.between(thisUpdate, nextUpdate).dividedBy(2)));
  }

  /** The CA's subject key identifier, lower-case hex. */
  public String issuerSki() {
    return issuerSki;
  }

  /** The number of the published CRL, 0 for none. */
  public long number() {
    return number;
  }

  /** The highest number that was ever given to a signer. */
  public long lastNumber() {
    return lastNumber;
  }

  /** When the published CRL was signed, null for none. */
  public @Nullable Instant thisUpdate() {
    return thisUpdate;
  }

  /** By when the next one is out, null for none. */
  public @Nullable Instant nextUpdate() {
    return nextUpdate;
  }
}
