package org.heliogate.rest.wire;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * A brake for sources whose requests fail to authenticate. Each source may fail 200 times at once
 * and 20 times a second for ever; beyond that it waits, before anything expensive is done for it.
 * Only failures count, and they count for the source alone, so nobody is locked out by who guesses
 * elsewhere.
 */
@ApplicationScoped
public class SourceThrottle {

  private static final double BURST = 200;
  private static final double REFILL_PER_SECOND = 20;
  private static final int MAX_SOURCES = 100_000;

  private final Clock clock;
  private final Cache<String, Bucket> sources =
      Caffeine.newBuilder()
          .maximumSize(MAX_SOURCES)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();

  /** A brake that has seen nobody fail yet. */
  @Inject
  public SourceThrottle(Clock clock) {
    this.clock = clock;
  }

  /** What a source may still fail. */
  private static final class Bucket {

    private double left = BURST;
    private Instant at;

    Bucket(Instant at) {
      this.at = at;
    }

    synchronized double left(Instant now) {
      double seconds = Math.max(0, Duration.between(at, now).toMillis()) / 1000.0;
      return Math.min(BURST, left + seconds * REFILL_PER_SECOND);
    }

    synchronized void take(Instant now) {
      left = Math.max(0, left(now) - 1);
      at = now;
    }
  }

  /**
   * Lets a request pass.
   *
   * @throws RequestException {@link ErrorCode#TOO_MANY_REQUESTS} for a source that failed too often
   */
  public void admit(String source) {
    Bucket bucket = sources.getIfPresent(source);
    if (bucket != null && bucket.left(clock.instant()) < 1) {
      throw new RequestException(
          ErrorCode.TOO_MANY_REQUESTS,
          "too many failed requests from this address",
          Duration.ofSeconds(1));
    }
  }

  /** Counts a failure. */
  public void failed(String source) {
    Instant now = clock.instant();
    sources.get(source, id -> new Bucket(now)).take(now);
  }
}
