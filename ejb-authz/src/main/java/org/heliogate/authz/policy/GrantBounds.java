package org.heliogate.authz.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.grant.jpa.GrantEntity;
import org.heliogate.authz.projection.Projections;
import org.jspecify.annotations.Nullable;

/**
 * The watch over the bounds of grants in time: when one has passed, the resource servers hear of
 * it. A passing is noted in the row that it concerns, in the transaction that raises the
 * projections, so that each is raised once, on whatever node, and one that passed while no server
 * ran is caught at the next start. Memories need no word, for they know the bounds themselves.
 */
@ApplicationScoped
public class GrantBounds {

  private static final int BATCH = 1_000;

  private final EntityManager entityManager;
  private final Projections projections;
  private final Clock clock;

  /** The bounds in the given database. */
  @Inject
  public GrantBounds(EntityManager entityManager, Projections projections, Clock clock) {
    this.entityManager = entityManager;
    this.projections = projections;
    this.clock = clock;
  }

  /** Raises what has begun or ended since the last look, at most 1,000 grants at a time. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void pass() {
    Instant now = clock.instant();
    List<GrantEntity> due =
        entityManager
            .createQuery(
                "select g from GrantEntity g where g.nextBound <= :now order by g.nextBound",
                GrantEntity.class)
            .setParameter("now", now)
            .setMaxResults(BATCH)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    if (due.isEmpty()) {
      return;
    }
    // Roles before clients, as whoever applies a workflow locks them.
    projections.raiseOfRoles(named(due, GrantEntity::role));
    List<String> clients = named(due, GrantEntity::clientId);
    lock(clients);
    projections.raiseOfClients(clients);
    // Without a new version: what operators see of the grants has not changed.
    List<String> ids = due.stream().map(GrantEntity::id).toList();
    entityManager
        .createQuery(
            "update GrantEntity g set g.nextBound = g.notAfter"
                + " where g.id in :ids and g.nextBound <= :now and g.notAfter > :now")
        .setParameter("ids", ids)
        .setParameter("now", now)
        .executeUpdate();
    entityManager
        .createQuery(
            "update GrantEntity g set g.nextBound = null"
                + " where g.id in :ids and g.nextBound <= :now")
        .setParameter("ids", ids)
        .setParameter("now", now)
        .executeUpdate();
  }

  private void lock(List<String> clients) {
    if (!clients.isEmpty()) {
      entityManager
          .createQuery(
              "select c from ClientEntity c where c.clientId in :ids order by c.clientId",
              ClientEntity.class)
          .setParameter("ids", clients)
          .setLockMode(LockModeType.PESSIMISTIC_WRITE)
          .getResultList();
    }
  }

  private static List<String> named(
      List<GrantEntity> grants, Function<GrantEntity, @Nullable String> name) {
    return grants.stream().map(name).filter(Objects::nonNull).distinct().toList();
  }
}
