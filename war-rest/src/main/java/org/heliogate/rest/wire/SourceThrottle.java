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
 * A brake for sources whose requests fail to authenticate, before anything expensive is done for
 * them. Only failures count, and only where they come from, so nobody is locked out by who guesses
 * elsewhere:
 *
 * <ul>
 *   <li>a source may fail 200 times at once and 20 times a second for ever;
 *   <li>as one client it may fail 20 times at once and once a second;
 *   <li>a client that has authenticated itself from a source within two hours goes on there
 *       although others behind the same address have used the source's allowance up.
 * </ul>
 *
 * Front doors need no authentication; a source may knock without it 1,000 times at once and 100
 * times a second.
 */
@ApplicationScoped
public class SourceThrottle {

  private static final int LONGEST_CLIENT_ID = 64;
  private static final int MAX_TRUSTED = 100_000;
  private static final Duration TRUSTED = Duration.ofHours(2);

  private final Allowances<String> sources;
  private final Allowances<Pair> pairs;
  private final Allowances<String> knocks;
  private final Cache<Pair, Boolean> trusted;

  /** A brake that has seen nobody fail yet. */
  @Inject
  public SourceThrottle(Clock clock) {
    this.sources = new Allowances<>(200, 20, clock);
    this.pairs = new Allowances<>(20, 1, clock);
    this.knocks = new Allowances<>(1_000, 100, clock);
    this.trusted =
        Caffeine.newBuilder()
            .maximumSize(MAX_TRUSTED)
            .expireAfterWrite(TRUSTED)
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .build();
  }

  /** One who says it is a client, at one source. What is too long for a client is nobody. */
  private record Pair(String source, String client) {

    static Pair of(String source, String client) {
      return new Pair(source, client.length() > LONGEST_CLIENT_ID ? "" : client);
    }
  }

  /**
   * Lets a request pass.
   *
   * @throws RequestException {@link ErrorCode#TOO_MANY_REQUESTS} for a source that failed too often
   */
  public void admit(String source) {
    if (sources.exhausted(source)) {
      throw refused("too many failed requests from this address");
    }
  }

  /**
   * Lets the request of a source pass that says it is a client, whether or not it is.
   *
   * @throws RequestException {@link ErrorCode#TOO_MANY_REQUESTS} for a source that failed too often
   *     as this client; and for one that failed too often, unless it was this client lately
   */
  public void admit(String source, String client) {
    Pair pair = Pair.of(source, client);
    if (pairs.exhausted(pair)) {
      throw refused("too many failed authentications of this client from this address");
    }
    if (trusted.getIfPresent(pair) == null) {
      admit(source);
    }
  }

  /** Counts a failure. */
  public void failed(String source) {
    sources.take(source);
  }

  /** Counts a failure to be a client. */
  public void failed(String source, String client) {
    pairs.take(Pair.of(source, client));
    failed(source);
  }

  /** Remembers that a source is a client. */
  public void succeeded(String source, String client) {
    trusted.put(Pair.of(source, client), true);
  }

  /**
   * Counts a knock at a front door without authentication.
   *
   * @throws RequestException {@link ErrorCode#TOO_MANY_REQUESTS} for a source that knocks too often
   */
  public void knock(String source) {
    if (knocks.exhausted(source)) {
      throw refused("too many requests without authentication from this address");
    }
    knocks.take(source);
  }

  private static RequestException refused(String why) {
    return new RequestException(ErrorCode.TOO_MANY_REQUESTS, why, Duration.ofSeconds(1));
  }
}
