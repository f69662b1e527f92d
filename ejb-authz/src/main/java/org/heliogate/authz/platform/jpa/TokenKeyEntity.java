package org.heliogate.authz.platform.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A symmetric key that all nodes share, sealed by the HSM. */
@Entity
@Table(name = "token_key")
public class TokenKeyEntity {

  @Id private String kid;
  private String purpose;
  private String sealed;
  private Instant createdAt;
  private Instant expiresAt;

  /** For JPA. */
  protected TokenKeyEntity() {}

  /** A new key. */
  public TokenKeyEntity(
      String kid, String purpose, String sealed, Instant createdAt, Instant expiresAt) {
    this.kid = kid;
    this.purpose = purpose;
    this.sealed = sealed;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
  }

  /** The key's name in tokens. */
  public String kid() {
    return kid;
  }

  /** The sealed key, base64. */
  public String sealed() {
    return sealed;
  }

  /** Since when it exists. */
  public Instant createdAt() {
    return createdAt;
  }

  /** From when on nothing that it made is valid any more. */
  public Instant expiresAt() {
    return expiresAt;
  }
}
