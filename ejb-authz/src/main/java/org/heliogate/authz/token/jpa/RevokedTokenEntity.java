package org.heliogate.authz.token.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A token that ended early. */
@Entity
@Table(name = "revoked_token")
public class RevokedTokenEntity {

  @Id private String digest;
  private Instant expiresAt;

  /** For JPA. */
  protected RevokedTokenEntity() {}

  /** Which one: 43 characters. */
  public String digest() {
    return digest;
  }

  /** From when on it is refused for its age alone. */
  public Instant expiresAt() {
    return expiresAt;
  }
}
