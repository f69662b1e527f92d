package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.platform.jpa.ChangeNoticeEntity;

/**
 * The way in which a change reaches every node's memory: a row in the changing transaction, read by
 * all nodes a few times a second.
 *
 * <p>Numbers are given when a row is inserted and seen when it is committed, so a lower number may
 * appear after a higher one. Each look therefore goes back over all recent rows and leaves out
 * those that were heard before.
 */
@ApplicationScoped
public class ChangeNotices {

  private static final Duration LOOK_BACK = Duration.ofSeconds(15);
  private static final Duration KEEP = Duration.ofMinutes(10);

  private final EntityManager entityManager;
  private final Clock clock;
  private final Event<ChangeNotice> listeners;
  private Set<Long> heard = Set.of();

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
    entityManager.persist(new ChangeNoticeEntity(kind.name(), subject, clock.instant()));
    listeners.fire(new ChangeNotice(kind, subject));
  }

  /** Looks for changes and tells this node's listeners; called by one thread at a time. */
  @Transactional
  public synchronized void listen() {
    List<ChangeNoticeEntity> recent =
        entityManager
            .createQuery(
                "select n from ChangeNoticeEntity n where n.createdAt > :since order by n.seq",
                ChangeNoticeEntity.class)
            .setParameter("since", clock.instant().minus(LOOK_BACK))
            .getResultList();
    Set<Long> seen = new HashSet<>();
    for (ChangeNoticeEntity notice : recent) {
      seen.add(notice.seq());
      if (!heard.contains(notice.seq())) {
        listeners.fire(
            new ChangeNotice(ChangeNotice.Kind.valueOf(notice.kind()), notice.subject()));
      }
    }
    heard = seen;
  }

  /** Forgets notices that every node has long heard. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void purge() {
    Instant before = clock.instant().minus(KEEP);
    entityManager
        .createQuery("delete from ChangeNoticeEntity n where n.createdAt < :before")
        .setParameter("before", before)
        .executeUpdate();
  }
}
