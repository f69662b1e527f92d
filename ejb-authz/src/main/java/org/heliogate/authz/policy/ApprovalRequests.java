package org.heliogate.authz.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.policy.jpa.ApprovalEntity;

/**
 * What clients ask operators for: one row for the same request, however often it is made, and at
 * most 100 pending ones a client, so that nobody fills the table.
 */
@ApplicationScoped
public class ApprovalRequests {

  /** How long an operator has to decide. */
  public static final Duration PENDING_LIFETIME = Duration.ofHours(24);

  /** The most that one client waits for. */
  public static final int MAX_PENDING = 100;

  private static final int BATCH = 1_000;

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Clock clock;

  /** The requests in the given database. */
  @Inject
  public ApprovalRequests(EntityManager entityManager, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Asks for scopes on resources, again or for the first time. Repeating costs one query.
   *
   * @param wanted the scopes, at least one, by resource
   * @return whether something of it waits for an operator; otherwise all of it was denied, or the
   *     client waits for too much already
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean ask(String clientId, String resourceServer, Map<String, Set<String>> wanted) {
    Map<String, String> resources = new TreeMap<>();
    wanted.forEach(
        (resource, scopes) ->
            resources.put(key(clientId, resourceServer, resource, scopes), resource));
    Instant now = clock.instant();
    Map<String, ApprovalEntity> open = open(resources.keySet());
    if (!all(open, resources.keySet(), now)) {
      // The client's row is the lock: who asks for the same at the same time waits here.
      entityManager.find(ClientEntity.class, clientId, LockModeType.PESSIMISTIC_WRITE);
      open = open(resources.keySet());
      forget(open, now);
      long room = MAX_PENDING - pending(clientId, now);
      for (Map.Entry<String, String> one : resources.entrySet()) {
        if (!open.containsKey(one.getKey()) && room > 0) {
          room--;
          Set<String> scopes = wanted.getOrDefault(one.getValue(), Set.of());
          open.put(
              one.getKey(),
              add(one.getKey(), clientId, resourceServer, one.getValue(), scopes, now));
        }
      }
    }
    return open.values().stream().anyMatch(row -> row.pending(now));
  }

  /** Forgets what nobody has decided in time and what was decided long ago; 1,000 at a time. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void purge() {
    entityManager
        .createQuery(
            "select a from ApprovalEntity a where a.expiresAt <= :now order by a.expiresAt",
            ApprovalEntity.class)
        .setParameter("now", clock.instant())
        .setMaxResults(BATCH)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList()
        .forEach(this::forget);
  }

  private Map<String, ApprovalEntity> open(Collection<String> keys) {
    Map<String, ApprovalEntity> open = new HashMap<>();
    entityManager
        .createQuery(
            "select a from ApprovalEntity a where a.openKey in :keys", ApprovalEntity.class)
        .setParameter("keys", keys)
        .getResultList()
        .forEach(row -> open.put(String.valueOf(row.openKey()), row));
    return open;
  }

  private static boolean all(
      Map<String, ApprovalEntity> open, Collection<String> keys, Instant now) {
    return open.keySet().containsAll(keys)
        && open.values().stream().allMatch(row -> row.expiresAt().isAfter(now));
  }

  private void forget(Map<String, ApprovalEntity> open, Instant now) {
    List<ApprovalEntity> old =
        open.values().stream().filter(row -> !row.expiresAt().isAfter(now)).toList();
    if (!old.isEmpty()) {
      old.forEach(this::forget);
      entityManager.flush();
      open.values().removeAll(old);
    }
  }

  private void forget(ApprovalEntity row) {
    Approval approval = row.toApproval();
    if (approval.status() == Approval.Status.PENDING) {
      audit.record(
          AuditEvent.success("approval.expire", "system", approval.id(), details(approval)));
    }
    entityManager.remove(row);
  }

  private long pending(String clientId, Instant now) {
    return entityManager
        .createQuery(
            "select count(a) from ApprovalEntity a where a.clientId = :client"
                + " and a.status = :pending and a.expiresAt > :now",
            Long.class)
        .setParameter("client", clientId)
        .setParameter("pending", Approval.Status.PENDING.name())
        .setParameter("now", now)
        .getSingleResult();
  }

  private ApprovalEntity add(
      String key,
      String clientId,
      String resourceServer,
      String resource,
      Set<String> scopes,
      Instant now) {
    ApprovalEntity row =
        new ApprovalEntity(
            UUID.randomUUID().toString(),
            key,
            clientId,
            resourceServer,
            resource,
            scopes,
            now,
            now.plus(PENDING_LIFETIME));
    entityManager.persist(row);
    audit.record(
        AuditEvent.success("approval.request", clientId, row.id(), details(row.toApproval())));
    return row;
  }

  static Map<String, String> details(Approval approval) {
    return Map.of(
        "client", approval.client(),
        "resource_server", approval.resourceServer(),
        "resource", approval.resource(),
        "scopes", String.join(" ", new TreeSet<>(approval.scopes())));
  }

  private static String key(
      String clientId, String resourceServer, String resource, Set<String> scopes) {
    return Digests.sha256(
        String.join(
            "\n", clientId, resourceServer, resource, String.join(" ", new TreeSet<>(scopes))));
  }
}
