package org.heliogate.authz.platform.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A value that was used up. */
@Entity
@Table(name = "one_time_value")
public class OneTimeValueEntity {

  @Id private String digest;
  private Instant expiresAt;

  /** For JPA. */
  protected OneTimeValueEntity() {}

  /**
   * A value used up now.
   *
   * @param digest 43 characters
   * @param expiresAt from when on the value is refused for its age alone
   */
  public OneTimeValueEntity(String digest, Instant expiresAt) {
    this.digest = digest;
    this.expiresAt = expiresAt;
  }

  /** From when on the row may be purged. */
  public Instant expiresAt() {
    return expiresAt;
  }
}
