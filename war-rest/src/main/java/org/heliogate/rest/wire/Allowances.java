package org.heliogate.rest.wire;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How often each of many may still do something: so many times at once, and so many a second for
 * ever. Who is not known has all of its allowance. Bounded; thread-safe.
 *
 * @param <K> who
 */
final class Allowances<K> {

  private static final int MAX_KNOWN = 100_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final double atOnce;
  private final double perSecond;
  private final Clock clock;
  private final Cache<K, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).expireAfterAccess(REMEMBERED).build();

  /** The same allowance for everybody; it is full again before anybody is forgotten. */
  Allowances(double atOnce, double perSecond, Clock clock) {
    this.atOnce = atOnce;
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** What is left. */
  private final class Bucket {

    private double left = atOnce;
    private Instant at;

    Bucket(Instant at) {
      this.at = at;
    }

    synchronized double left(Instant now) {
      double seconds = Math.max(0, Duration.between(at, now).toMillis()) / 1000.0;
      return Math.min(atOnce, left + seconds * perSecond);
    }

    synchronized void take(Instant now) {
      left = Math.max(0, left(now) - 1);
      at = now;
    }
  }

  /** Whether nothing is left of it. */
  boolean exhausted(K who) {
    Bucket bucket = buckets.getIfPresent(who);
    return bucket != null && bucket.left(clock.instant()) < 1;
  }

  /** Uses one up. */
  void take(K who) {
    Instant now = clock.instant();
    buckets.get(who, unknown -> new Bucket(now)).take(now);
  }
}
