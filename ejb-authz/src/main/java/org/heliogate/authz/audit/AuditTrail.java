package org.heliogate.authz.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.heliogate.authz.audit.jpa.AuditEventEntity;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail: who did what to whom, with which outcome. A row is written in the transaction of
 * what it reports, so that both or neither exist (architecture, decision 10).
 */
@ApplicationScoped
public class AuditTrail {

  private static final int MAX_DETAILS = 4096;
  private static final int ROWS_A_STATEMENT = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EntityManager entityManager;
  private final Clock clock;

  /** The trail in the given database. */
  @jakarta.inject.Inject
  public AuditTrail(EntityManager entityManager, Clock clock) {
    this.entityManager = entityManager;
    this.clock = clock;
  }

  /** Adds an event within the caller's transaction, or in one of its own if there is none. */
  @Transactional
  public void record(AuditEvent event) {
    entityManager.persist(row(event, clock.instant(), 1));
  }

  /**
   * Adds events that were counted, one row each, in a transaction of its own.
   *
   * @param counts how often each happened, at least 1
   * @param minute the start of the minute that they fell into
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void recordTally(Map<AuditEvent, Long> counts, Instant minute) {
    List<AuditEventEntity> rows = new ArrayList<>();
    counts.forEach((event, count) -> rows.add(row(event, minute, count)));
    for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
      insert(rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT)));
    }
  }

  private void insert(List<AuditEventEntity> rows) {
    Query insert =
        entityManager.createNativeQuery(
            "insert into audit_event"
                + " (created_at, action, outcome, actor, subject, occurrences, details) values "
                + String.join(", ", Collections.nCopies(rows.size(), "(?, ?, ?, ?, ?, ?, ?)")));
    int position = 1;
    for (AuditEventEntity row : rows) {
      insert.setParameter(position++, row.createdAt());
      insert.setParameter(position++, row.action());
      insert.setParameter(position++, row.outcome());
      insert.setParameter(position++, row.actor());
      insert.setParameter(position++, row.subject());
      insert.setParameter(position++, row.occurrences());
      insert.setParameter(position++, row.details());
    }
    insert.executeUpdate();
  }

  /**
   * The newest events first.
   *
   * @param before only events with a lower number; {@link Long#MAX_VALUE} for the newest
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<AuditRow> list(long before, int limit) {
    return list(null, null, before, limit);
  }

  /**
   * The newest events of a subject, of an action or of both first.
   *
   * @param subject what it was done to; null for any
   * @param action what was done; null for any
   * @param before only events with a lower number; {@link Long#MAX_VALUE} for the newest
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<AuditRow> list(
      @Nullable String subject, @Nullable String action, long before, int limit) {
    TypedQuery<AuditEventEntity> query =
        entityManager
            .createQuery(
                "select e from AuditEventEntity e where e.id < :before"
                    + (subject == null ? "" : " and e.subject = :subject")
                    + (action == null ? "" : " and e.action = :action")
                    + " order by e.id desc",
                AuditEventEntity.class)
            .setParameter("before", before)
            .setMaxResults(limit);
    if (subject != null) {
      query.setParameter("subject", subject);
    }
    if (action != null) {
      query.setParameter("action", action);
    }
    return query.getResultStream().map(AuditTrail::read).toList();
  }

  /**
   * The events of a few subjects, the oldest first.
   *
   * @param subjects at most 1,000
   * @param family how their actions begin, for example {@code certificate.}
   */
  @Transactional
  public List<AuditRow> of(Collection<String> subjects, String family) {
    return subjects.isEmpty()
        ? List.of()
        : entityManager
            .createQuery(
                "select e from AuditEventEntity e where e.subject in :subjects"
                    + " and e.action like :family order by e.id",
                AuditEventEntity.class)
            .setParameter("subjects", subjects)
            .setParameter("family", family + '%')
            .getResultStream()
            .map(AuditTrail::read)
            .toList();
  }

  private static AuditEventEntity row(AuditEvent event, Instant at, long occurrences) {
    return new AuditEventEntity(
        at,
        event.action(),
        event.outcome().name().toLowerCase(Locale.ROOT),
        cut(event.actor(), 128),
        cut(event.subject(), 256),
        occurrences,
        json(event.details()));
  }

  private static AuditRow read(AuditEventEntity row) {
    return new AuditRow(
        row.id(),
        row.createdAt(),
        row.action(),
        row.outcome(),
        row.actor(),
        row.subject(),
        row.occurrences(),
        row.details());
  }

  private static String json(Map<String, String> details) {
    try {
      String text = JSON.writeValueAsString(new TreeMap<>(details));
      return text.length() <= MAX_DETAILS ? text : "{\"cut\":true}";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is JSON", e);
    }
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max);
  }
}
