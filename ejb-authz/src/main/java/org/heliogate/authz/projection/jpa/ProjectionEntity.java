package org.heliogate.authz.projection.jpa;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.heliogate.authz.projection.CredentialKind;
import org.jspecify.annotations.Nullable;

/** A projection's row: what is wanted of one principal, and how far that is enforced. */
@Entity
@Table(name = "projection")
public class ProjectionEntity {

  private static final int MAX_ERROR = 512;

  @EmbeddedId private ProjectionKey key;
  private String clientId;
  private String credential;
  private @Nullable String passwordSealed;
  private @Nullable Instant passwordExpiresAt;
  private long desiredGeneration;
  private long enforcedGeneration;
  private boolean pending;
  private int attempts;
  private Instant nextAttemptAt;
  private @Nullable String lastError;

  /** For JPA. */
  protected ProjectionEntity() {}

  /** A principal that the resource server has never heard of. */
  public ProjectionEntity(ProjectionKey key, String clientId, Instant now) {
    this.key = key;
    this.clientId = clientId;
    this.credential = CredentialKind.NONE.name();
    this.desiredGeneration = 1;
    this.pending = true;
    this.nextAttemptAt = now;
  }

  /** Says that something about the principal has changed. */
  public void raise(Instant now) {
    desiredGeneration++;
    pending = true;
    attempts = 0;
    nextAttemptAt = now;
  }

  /** Rises above a resource server that carries a higher generation, in doubling steps. */
  public void overtake(Instant now) {
    desiredGeneration += 1L << Math.min(attempts, 40);
    attempts++;
    pending = true;
    nextAttemptAt = now;
  }

  /** Changes how the principal proves who it is; the caller raises the generation. */
  public void setCredential(CredentialKind credential, @Nullable String passwordSealed) {
    this.credential = credential.name();
    this.passwordSealed = passwordSealed;
    this.passwordExpiresAt = null;
  }

  /** Says when the password ends; the caller has just set it. */
  public void passwordExpires(Instant at) {
    this.passwordExpiresAt = at;
  }

  /** Notes that the password was handed out and must be erased here. */
  public void passwordDelivered(Instant expiresAt) {
    this.credential = CredentialKind.KEPT_PASSWORD.name();
    this.passwordSealed = null;
    this.passwordExpiresAt = expiresAt;
  }

  /** Notes that the resource server acts on a generation. */
  public void enforced(long generation) {
    enforcedGeneration = Math.max(enforcedGeneration, generation);
    pending = desiredGeneration > enforcedGeneration;
    attempts = 0;
    lastError = null;
  }

  /** Notes a failure and when to try again. */
  public void failed(String error, Instant nextAttemptAt) {
    this.attempts++;
    this.lastError = error.length() <= MAX_ERROR ? error : error.substring(0, MAX_ERROR);
    this.nextAttemptAt = nextAttemptAt;
  }

  /** The principal. */
  public ProjectionKey key() {
    return key;
  }

  /** The client that the principal stands for. */
  public String clientId() {
    return clientId;
  }

  /** How the principal proves who it is. */
  public CredentialKind credential() {
    return CredentialKind.valueOf(credential);
  }

  /** The password that is still to be enforced and delivered, sealed. */
  public @Nullable String passwordSealed() {
    return passwordSealed;
  }

  /** What is wanted. */
  public long desiredGeneration() {
    return desiredGeneration;
  }

  /** What is enforced. */
  public long enforcedGeneration() {
    return enforcedGeneration;
  }

  /** Failures since the last success. */
  public int attempts() {
    return attempts;
  }
}
