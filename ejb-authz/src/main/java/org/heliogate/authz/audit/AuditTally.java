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
 * by source and cause, and what must cost no database round-trip. A flood of them makes a few rows
 * a minute. What was counted since the last flush is lost if the server dies.
 */
@ApplicationScoped
public class AuditTally {

  private static final int MAX_KEYS = 10_000;
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

  /** Writes what was counted; called every few seconds by one thread at a time. */
  public synchronized void flush() {
    Map<AuditEvent, Long> taken = new HashMap<>();
    for (AuditEvent event : List.copyOf(counts.keySet())) {
      LongAdder removed = counts.remove(event);
      if (removed != null) {
        taken.put(event, removed.sum());
      }
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    if (!now.equals(minute)) {
      minute = now;
      written.clear();
    }
    if (!taken.isEmpty()) {
      write(taken);
    }
  }

  /** What cannot be written now is written with the next. */
  private void write(Map<AuditEvent, Long> taken) {
    try {
      trail.recordTally(taken, written, minute);
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
