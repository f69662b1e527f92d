package org.heliogate.authz.projection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import org.heliogate.authz.projection.jpa.ProjectionLeaseEntity;

/**
 * The right of one node at a time to relay to a resource server. Whoever lost it without noticing
 * is caught by the fencing number when it wants to write.
 */
@ApplicationScoped
public class RelayLease {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private final String owner;
  private final EntityManager entityManager;
  private final Clock clock;

  /** The leases in the given database. */
  @Inject
  public RelayLease(EntityManager entityManager, Clock clock) {
    this(UUID.randomUUID().toString(), entityManager, clock);
  }

  RelayLease(String owner, EntityManager entityManager, Clock clock) {
    this.owner = owner;
    this.entityManager = entityManager;
    this.clock = clock;
  }

  /**
   * Takes or prolongs this node's lease.
   *
   * @return the fencing number, or empty while another node has the lease
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public OptionalLong acquire(String resourceServer) {
    Instant now = clock.instant();
    ProjectionLeaseEntity lease =
        entityManager.find(
            ProjectionLeaseEntity.class, resourceServer, LockModeType.PESSIMISTIC_WRITE);
    if (lease == null) {
      lease = new ProjectionLeaseEntity(resourceServer, owner, now.plus(LEASE));
      entityManager.persist(lease);
    } else if (lease.owner().equals(owner)) {
      lease.prolong(now.plus(LEASE));
    } else if (lease.expired(now)) {
      lease.takeOver(owner, now.plus(LEASE));
    } else {
      return OptionalLong.empty();
    }
    return OptionalLong.of(lease.fence());
  }

  /** Whether this node still has the lease under that number; holds it for the transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  public boolean holds(String resourceServer, long fence) {
    ProjectionLeaseEntity lease =
        entityManager.find(
            ProjectionLeaseEntity.class, resourceServer, LockModeType.PESSIMISTIC_WRITE);
    return lease != null && lease.owner().equals(owner) && lease.fence() == fence;
  }
}
