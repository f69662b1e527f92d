package org.heliogate.authz.projection.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Which node relays to a resource server, and until when. */
@Entity
@Table(name = "projection_lease")
public class ProjectionLeaseEntity {

  @Id private String resourceServer;
  private String owner;
  private long fence;
  private Instant expiresAt;

  /** For JPA. */
  protected ProjectionLeaseEntity() {}

  /** The first lease on a resource server. */
  public ProjectionLeaseEntity(String resourceServer, String owner, Instant expiresAt) {
    this.resourceServer = resourceServer;
    this.owner = owner;
    this.fence = 1;
    this.expiresAt = expiresAt;
  }

  /** Whether the lease may be taken over. */
  public boolean expired(Instant now) {
    return expiresAt.isBefore(now);
  }

  /** Prolongs the owner's lease. */
  public void prolong(Instant expiresAt) {
    this.expiresAt = expiresAt;
  }

  /** Gives the lease to another owner, under a higher fencing number. */
  public void takeOver(String owner, Instant expiresAt) {
    this.owner = owner;
    this.fence++;
    this.expiresAt = expiresAt;
  }

  /** The node that relays. */
  public String owner() {
    return owner;
  }

  /** The fencing number. */
  public long fence() {
    return fence;
  }
}
