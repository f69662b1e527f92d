package org.heliogate.authz.ca.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
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
  private long baseNumber;
  private @Nullable Instant baseThisUpdate;
  private @Nullable Instant rebaseAt;

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

  /** Ends the lease of a signer that publishes nothing. */
  public void endLease() {
    this.leasedUntil = Instant.EPOCH;
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

  /**
   * Notes that what was published is made of all entries.
   *
   * @param next when the next such one is due
   */
  public void rebase(Instant next) {
    this.baseNumber = number;
    this.baseThisUpdate = thisUpdate;
    this.rebaseAt = next;
  }

  /** Whether there is none, or one that is made of all entries is due. */
  public boolean rebaseDue(Instant now) {
    return rebaseAt == null || !now.isBefore(rebaseAt);
  }

  /** The number of the last one that was made of all entries, 0 for none. */
  public long baseNumber() {
    return baseNumber;
  }

  /** When that was signed; null for none. */
  public @Nullable Instant baseThisUpdate() {
    return baseThisUpdate;
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
