package org.heliogate.authz.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.policy.jpa.ApprovalEntity;
import org.jspecify.annotations.Nullable;

/**
 * The operators' decisions on what clients ask for. An approval is a grant to that client, made in
 * the same transaction; a denial stands for {@link #KEEP_DECIDED}. Each is final.
 */
@ApplicationScoped
public class ApprovalService {

  /** How long a decision is kept; until then a denied client asks in vain. */
  public static final Duration KEEP_DECIDED = Duration.ofDays(30);

  private final EntityManager entityManager;
  private final GrantService grants;
  private final AuditTrail audit;
  private final Clock clock;

  /** The decisions in the given database. */
  @Inject
  public ApprovalService(
      EntityManager entityManager, GrantService grants, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.grants = grants;
    this.audit = audit;
    this.clock = clock;
  }

  /** The approval of that identifier. */
  @Transactional
  public Optional<Approval> find(String id) {
    return Optional.ofNullable(entityManager.find(ApprovalEntity.class, id))
        .map(ApprovalEntity::toApproval);
  }

  /**
   * A page of approvals in the order of their identifiers.
   *
   * @param status only these; null for any
   * @param client only this client's; null for any
   * @param after the last identifier of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<Approval> page(
      Approval.@Nullable Status status, @Nullable String client, String after, int limit) {
    TypedQuery<ApprovalEntity> query =
        entityManager
            .createQuery(
                "select a from ApprovalEntity a where a.id > :after"
                    + (status == null ? "" : " and a.status = :status")
                    + (client == null ? "" : " and a.clientId = :client")
                    + " order by a.id",
                ApprovalEntity.class)
            .setParameter("after", after)
            .setMaxResults(limit);
    if (status != null) {
      query.setParameter("status", status.name());
    }
    if (client != null) {
      query.setParameter("client", client);
    }
    return query.getResultStream().map(ApprovalEntity::toApproval).toList();
  }

  /**
   * Grants what was asked for, to the client itself.
   *
   * @param notAfter until when; null for ever
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED};
   *     {@link ErrorCode#CONFLICT} unless it is pending and its client can be used; {@link
   *     ErrorCode#UNPROCESSABLE} if it cannot be granted like this
   */
  @Transactional
  public Approval approve(
      String actor, String id, @Nullable Instant notAfter, @Nullable Long expectedVersion) {
    ApprovalEntity row = pending(id, expectedVersion);
    Approval asked = row.toApproval();
    ClientEntity client = entityManager.find(ClientEntity.class, asked.client());
    if (client == null || !client.active()) {
      throw new RequestException(ErrorCode.CONFLICT, "the client has ended");
    }
    Grant grant =
        grants.create(
            actor,
            new GrantTerms(
                asked.client(),
                null,
                asked.resourceServer(),
                asked.resource(),
                asked.scopes(),
                Effect.ALLOW,
                null,
                notAfter));
    Instant now = clock.instant();
    row.approve(actor, grant.id(), now, now.plus(KEEP_DECIDED));
    return decided("approval.approve", actor, row);
  }

  /**
   * Denies what was asked for.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED};
   *     {@link ErrorCode#CONFLICT} unless it is pending
   */
  @Transactional
  public Approval deny(String actor, String id, @Nullable Long expectedVersion) {
    ApprovalEntity row = pending(id, expectedVersion);
    Instant now = clock.instant();
    row.deny(actor, now, now.plus(KEEP_DECIDED));
    return decided("approval.deny", actor, row);
  }

  private Approval decided(String action, String actor, ApprovalEntity row) {
    entityManager.flush();
    Approval approval = row.toApproval();
    Map<String, String> details = new HashMap<>(ApprovalRequests.details(approval));
    if (approval.grant() != null) {
      details.put("grant", approval.grant());
    }
    audit.record(AuditEvent.success(action, actor, approval.id(), details));
    return approval;
  }

  private ApprovalEntity pending(String id, @Nullable Long expectedVersion) {
    ApprovalEntity row =
        entityManager.find(ApprovalEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no such approval");
    }
    if (expectedVersion != null && row.version() != expectedVersion) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED, "the approval was changed since it was read");
    }
    if (!row.pending(clock.instant())) {
      throw new RequestException(
          ErrorCode.CONFLICT, "only what is pending, and has not expired, can be decided");
    }
    return row;
  }
}
