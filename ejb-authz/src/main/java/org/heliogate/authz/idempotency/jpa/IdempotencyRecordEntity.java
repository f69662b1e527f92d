package org.heliogate.authz.idempotency.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A request that was answered under a key. */
@Entity
@Table(name = "idempotency_record")
public class IdempotencyRecordEntity {

  /** The most characters of a sealed answer. */
  public static final int MAX_SEALED = 131_072;

  @Id private String digest;
  private String requestDigest;
  private String responseSealed;
  private Instant expiresAt;

  /** For JPA. */
  protected IdempotencyRecordEntity() {}

  /**
   * A request that is being answered; nobody sees the row before it has its answer.
   *
   * @param digest of the caller and the key, 43 characters
   * @param requestDigest of what was asked, 43 characters
   * @param expiresAt until when the answer is kept
   */
  public IdempotencyRecordEntity(String digest, String requestDigest, Instant expiresAt) {
    this.digest = digest;
    this.requestDigest = requestDigest;
    this.responseSealed = "";
    this.expiresAt = expiresAt;
  }

  /** Keeps the answer, at most {@link #MAX_SEALED} characters. */
  public void setResponseSealed(String responseSealed) {
    this.responseSealed = responseSealed;
  }

  /** The digest of what was asked. */
  public String requestDigest() {
    return requestDigest;
  }

  /** The answer, sealed. */
  public String responseSealed() {
    return responseSealed;
  }

  /** Until when the answer is kept. */
  public Instant expiresAt() {
    return expiresAt;
  }
}
