package org.heliogate.authz.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The events that are counted rather than written one by one: refusals of unauthenticated callers,
 * by source and cause, and what must cost no database round-trip. The first of a minute is written
 * within seconds, how often it was repeated when the minute is over; so a flood makes two rows of
 * each a minute, and nothing is updated. What was counted and not yet written is lost if the server
 * dies.
 */
@ApplicationScoped
public class AuditTally {

  private static final int MAX_KEYS = 10_000;
  private static final int MAX_WRITTEN = 100_000;
  private static final String OTHERS = "others";

  private final AuditTrail trail;
  private final Clock clock;
  private final Map<AuditEvent, LongAdder> counts = new ConcurrentHashMap<>();
  private final Set<AuditEvent> written = new HashSet<>();
  private Instant minute = Instant.MIN;

  /** A tally that is flushed to the given trail. */
  @Inject
  public AuditTally(AuditTrail trail, Clock clock) {
    this.trail = trail;
    this.clock = clock;
  }

  /** Counts an event. When too many different ones wait, actor and subject are left out. */
  public void count(AuditEvent event) {
    AuditEvent key =
        counts.size() < MAX_KEYS || counts.containsKey(event)
            ? event
            : new AuditEvent(event.action(), event.outcome(), OTHERS, OTHERS, event.details());
    adder(key).increment();
  }

  /**
   * Writes what was counted for the first time in this minute, and all that was counted once the
   * minute is over or much waits; called every few seconds.
   */
  public synchronized void flush() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    if (now.equals(minute)) {
      write(taken(counts.size() > MAX_KEYS / 2), now);
    } else {
      write(taken(true), minute.equals(Instant.MIN) ? now : minute);
      written.clear();
      minute = now;
    }
  }

  /** Writes all that was counted; called when the server stops. */
  public synchronized void close() {
    write(taken(true), clock.instant().truncatedTo(ChronoUnit.MINUTES));
  }

  private Map<AuditEvent, Long> taken(boolean all) {
    Map<AuditEvent, Long> taken = new HashMap<>();
    for (AuditEvent event : List.copyOf(counts.keySet())) {
      LongAdder removed = all || !written.contains(event) ? counts.remove(event) : null;
      if (removed != null) {
        taken.put(event, removed.sum());
      }
    }
    return taken;
  }

  /** What cannot be written now is written with the next. */
  private void write(Map<AuditEvent, Long> taken, Instant counted) {
    if (taken.isEmpty()) {
      return;
    }
    try {
      trail.recordTally(taken, counted);
      if (written.size() > MAX_WRITTEN) {
        written.clear();
      }
      written.addAll(taken.keySet());
    } catch (RuntimeException e) {
      taken.forEach((event, count) -> adder(event).add(count));
      throw e;
    }
  }

  private LongAdder adder(AuditEvent event) {
    return counts.computeIfAbsent(event, id -> new LongAdder());
  }
}
