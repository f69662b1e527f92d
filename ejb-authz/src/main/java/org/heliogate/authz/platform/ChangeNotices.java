package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.heliogate.authz.platform.jpa.ChangeNoticeEntity;
import org.jspecify.annotations.Nullable;

/**
 * The way in which a change reaches every node's memory: a row in the changing transaction, read by
 * all nodes a few times a second.
 *
 * <p>Numbers are given when a row is inserted and seen when it is committed, so a lower number may
 * appear after a higher one. A node therefore remembers the numbers that it has not seen, for
 * longer than any transaction lives, and each look asks for these and for what is new. A node that
 * was cut off from the database goes on where it was; one that was cut off for longer than notices
 * are kept forgets all that it has in memory.
 */
@ApplicationScoped
public class ChangeNotices {

  /** Longer than any transaction lives; the server ends them after five minutes. */
  static final Duration IN_FLIGHT = Duration.ofMinutes(6);

  /** How long notices are kept. */
  static final Duration KEEP = Duration.ofHours(1);

  private static final int MAX_GAPS = 1_000;

  private final EntityManager entityManager;
  private final Clock clock;
  private final Event<ChangeNotice> listeners;
  private final NavigableMap<Long, Instant> gaps = new TreeMap<>();
  private long last;
  private @Nullable Instant lookedAt;

  /** The notices in the given database. */
  @Inject
  public ChangeNotices(EntityManager entityManager, Clock clock, Event<ChangeNotice> listeners) {
    this.entityManager = entityManager;
    this.clock = clock;
    this.listeners = listeners;
  }

  /**
   * Tells all nodes once the caller's transaction is committed. Listeners observe {@code
   * AFTER_SUCCESS}, so this node has heard it when the transaction's caller goes on.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void publish(ChangeNotice.Kind kind, String subject) {
    publish(new ChangeNotice(kind, subject));
  }

  /** The same where it is known what of the subject has changed. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void publish(ChangeNotice notice) {
    entityManager.persist(
        new ChangeNoticeEntity(
            notice.kind().name(), notice.subject(), notice.part(), clock.instant()));
    listeners.fire(notice);
  }

  /**
   * Looks for changes and tells this node's listeners; called by one thread at a time. Outside of a
   * transaction, so that what was read has been heard, whatever happens next.
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public synchronized void listen() {
    Instant now = clock.instant();
    Instant before = lookedAt;
    List<ChangeNoticeEntity> rows = before == null ? first(now) : next();
    lookedAt = now;
    if (before != null && before.plus(KEEP).minus(IN_FLIGHT).isBefore(now)) {
      listeners.fire(new ChangeNotice(ChangeNotice.Kind.EVERYTHING, ""));
    }
    for (ChangeNoticeEntity row : rows) {
      note(row.seq(), now);
      listeners.fire(
          new ChangeNotice(ChangeNotice.Kind.valueOf(row.kind()), row.subject(), row.part()));
    }
    gaps.values().removeIf(since -> since.plus(IN_FLIGHT).isBefore(now));
  }

  /** All that may have been committed since this node began to keep anything in memory. */
  private List<ChangeNoticeEntity> first(Instant now) {
    Long highest =
        entityManager
            .createQuery(
                "select max(n.seq) from ChangeNoticeEntity n where n.createdAt <= :before",
                Long.class)
            .setParameter("before", now.minus(IN_FLIGHT))
            .getSingleResult();
    last = highest == null ? 0 : highest;
    return next();
  }

  /**
   * Two statements where numbers are missing, as a database may go through all rows for one with
   * both conditions.
   */
  private List<ChangeNoticeEntity> next() {
    List<ChangeNoticeEntity> rows = new ArrayList<>();
    if (!gaps.isEmpty()) {
      rows.addAll(
          entityManager
              .createQuery(
                  "select n from ChangeNoticeEntity n where n.seq in :missed order by n.seq",
                  ChangeNoticeEntity.class)
              .setParameter("missed", List.copyOf(gaps.keySet()))
              .getResultList());
    }
    rows.addAll(
        entityManager
            .createQuery(
                "select n from ChangeNoticeEntity n where n.seq > :last order by n.seq",
                ChangeNoticeEntity.class)
            .setParameter("last", last)
            .getResultList());
    return rows;
  }

  private void note(long seq, Instant now) {
    gaps.remove(seq);
    if (seq > last) {
      for (long gap = Math.max(last + 1, seq - MAX_GAPS); gap < seq; gap++) {
        gaps.put(gap, now);
      }
      while (gaps.size() > MAX_GAPS) {
        gaps.pollFirstEntry();
      }
      last = seq;
    }
  }

  /**
   * Forgets notices that every node has long heard, at most {@link ExpiredRows#BATCH}.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean purge() {
    return ExpiredRows.CHANGE_NOTICE.delete(entityManager, clock.instant().minus(KEEP));
  }
}
