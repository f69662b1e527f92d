package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.authz.platform.TokenKeyStore.Purpose;
import org.heliogate.authz.platform.TokenKeyStore.TokenKey;

/**
 * The shared symmetric keys as this node knows them (architecture, decision 7). A key makes tokens
 * until it is rotated and checks them until the last of them has expired.
 */
@ApplicationScoped
public class TokenKeyRing {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final TokenKeyStore store;
  private final Clock clock;
  private final Map<Purpose, List<TokenKey>> keys = new ConcurrentHashMap<>();
  private final Map<Purpose, Instant> lookedAt = new ConcurrentHashMap<>();

  /** A ring of the stored keys. */
  @Inject
  public TokenKeyRing(TokenKeyStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The key that makes tokens now. */
  public TokenKey current(Purpose purpose) {
    Instant now = clock.instant();
    return newest(keys.getOrDefault(purpose, List.of()))
        .filter(key -> key.createdAt().plus(purpose.rotation()).isAfter(now))
        .orElseGet(() -> rotate(purpose));
  }

  /** The key of that name, if tokens that it made may still be valid. */
  public Optional<TokenKey> find(Purpose purpose, String kid) {
    Optional<TokenKey> known = known(purpose, kid);
    Instant looked = lookedAt.getOrDefault(purpose, Instant.EPOCH);
    if (known.isPresent() || looked.plus(LOOK_AGAIN).isAfter(clock.instant())) {
      return known;
    }
    // Another node may have made it just now.
    reload(purpose);
    return known(purpose, kid);
  }

  private Optional<TokenKey> known(Purpose purpose, String kid) {
    Instant now = clock.instant();
    return keys.getOrDefault(purpose, List.of()).stream()
        .filter(key -> key.kid().equals(kid) && key.expiresAt().isAfter(now))
        .findFirst();
  }

  private synchronized TokenKey rotate(Purpose purpose) {
    reload(purpose);
    Instant now = clock.instant();
    return newest(keys.getOrDefault(purpose, List.of()))
        .filter(key -> key.createdAt().plus(purpose.rotation()).isAfter(now))
        .orElseGet(
            () -> {
              TokenKey made = store.create(purpose);
              reload(purpose);
              return made;
            });
  }

  private void reload(Purpose purpose) {
    lookedAt.put(purpose, clock.instant());
    keys.put(purpose, store.load(purpose));
  }

  private static Optional<TokenKey> newest(List<TokenKey> candidates) {
    return candidates.stream().max(Comparator.comparing(TokenKey::createdAt));
  }
}
