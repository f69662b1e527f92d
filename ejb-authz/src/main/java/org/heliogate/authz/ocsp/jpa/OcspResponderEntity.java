package org.heliogate.authz.ocsp.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pair that signs OCSP responses for one CA, or the announcement that one is being made. */
@Entity
@Table(name = "ocsp_responder")
public class OcspResponderEntity {

  @Id private String id;
  private String issuerSki;
  private long number;
  private @Nullable String sealed;
  private @Nullable String serial;
  private Instant createdAt;

  /** For JPA. */
  protected OcspResponderEntity() {}

  /** The announcement of a pair. */
  public OcspResponderEntity(String id, String issuerSki, long number, Instant createdAt) {
    this.id = id;
    this.issuerSki = issuerSki;
    this.number = number;
    this.createdAt = createdAt;
  }

  /** The pair and its certificate are there. */
  public void complete(@Nullable String sealed, String serial) {
    this.sealed = sealed;
    this.serial = serial;
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** The CA for which it speaks, by subject key identifier, lower-case hex. */
  public String issuerSki() {
    return issuerSki;
  }

  /** Its place in the order of the CA's responders. */
  public long number() {
    return number;
  }

  /** The private part, sealed by the HSM; null where the key store has it. */
  public @Nullable String sealed() {
    return sealed;
  }

  /** The serial number of its certificate, lower-case hex; null while that is made. */
  public @Nullable String serial() {
    return serial;
  }

  /** Since when it exists. */
  public Instant createdAt() {
    return createdAt;
  }
}
