package org.heliogate.authz.signing.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pair that signs tokens, or the announcement that one is being made. */
@Entity
@Table(name = "signing_key")
public class SigningKeyEntity {

  @Id private String id;
  private long number;
  private String holder;
  private @Nullable String sealed;
  private @Nullable String publicKey;
  private @Nullable String kid;
  private Instant createdAt;
  private @Nullable Instant activatesAt;
  private @Nullable Instant retiresAt;
  private @Nullable Instant revokedAt;

  /** For JPA. */
  protected SigningKeyEntity() {}

  /** The announcement of a pair. */
  public SigningKeyEntity(String id, long number, String holder, Instant createdAt) {
    this.id = id;
    this.number = number;
    this.holder = holder;
    this.createdAt = createdAt;
  }

  /** The pair is there. */
  public void complete(
      String holder, @Nullable String sealed, String publicKey, String kid, Instant activatesAt) {
    this.holder = holder;
    this.sealed = sealed;
    this.publicKey = publicKey;
    this.kid = kid;
    this.activatesAt = activatesAt;
  }

  /** Another key signs from then on, unless one does so earlier. */
  public void retire(Instant at) {
    if (retiresAt == null || retiresAt.isAfter(at)) {
      retiresAt = at;
    }
  }

  /** Its tokens are refused from then on, unless they are already. */
  public void revoke(Instant at) {
    if (revokedAt == null) {
      revokedAt = at;
    }
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** Its place in the order of the keys. */
  public long number() {
    return number;
  }

  /** Where its private part is. */
  public String holder() {
    return holder;
  }

  /** The sealed private part; null where the key store has it. */
  public @Nullable String sealed() {
    return sealed;
  }

  /** SubjectPublicKeyInfo, base64; null while the pair is being made. */
  public @Nullable String publicKey() {
    return publicKey;
  }

  /** Its name in tokens; null while the pair is being made. */
  public @Nullable String kid() {
    return kid;
  }

  /** Since when it is announced. */
  public Instant createdAt() {
    return createdAt;
  }

  /** From when on it signs; null while the pair is being made. */
  public @Nullable Instant activatesAt() {
    return activatesAt;
  }

  /** From when on another signs; null while none is known that will. */
  public @Nullable Instant retiresAt() {
    return retiresAt;
  }

  /** From when on its tokens are refused; null unless it is revoked. */
  public @Nullable Instant revokedAt() {
    return revokedAt;
  }
}
