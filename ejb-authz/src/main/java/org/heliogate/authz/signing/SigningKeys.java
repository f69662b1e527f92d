package org.heliogate.authz.signing;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.HsmCalls;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign tokens, as this node knows them: read from the database once, and again when
 * word of a change arrives. Signing costs no database round-trip, verifying and publishing cost no
 * HSM either. Thread-safe.
 */
@ApplicationScoped
public class SigningKeys {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final Comparator<SigningKey> BY_TURN =
      Comparator.comparing(SigningKey::activatesAt).thenComparingLong(SigningKey::number);

  private final SigningKeyStore store;
  private final SigningPairs pairs;
  private final Clock clock;
  private final AtomicLong heard = new AtomicLong();
  private volatile @Nullable Known known;

  /** The stored keys, whose private parts are in the given place. */
  @Inject
  public SigningKeys(SigningKeyStore store, SigningPairs pairs, Clock clock) {
    this.store = store;
    this.pairs = pairs;
    this.clock = clock;
  }

  /** What was read, how many words of change had come before, and when. */
  private record Known(List<SigningKey> keys, long heard, Instant readAt) {}

  /**
   * The key that signs now. On a node whose clock is behind it may be one whose turn has not come,
   * if every other was revoked.
   *
   * @throws RequestException {@link ErrorCode#TEMPORARILY_UNAVAILABLE} before the first was made
   */
  public SigningKey active() {
    Instant now = clock.instant();
    List<SigningKey> good = keys().stream().filter(key -> key.revokedAt() == null).toList();
    return good.stream()
        .filter(key -> !key.activatesAt().isAfter(now))
        .max(BY_TURN)
        .or(() -> good.stream().min(BY_TURN))
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.TEMPORARILY_UNAVAILABLE, "no signing key is ready", RETRY_AFTER));
  }

  /** The public key of that name, if what it signed is good at this moment. */
  public Optional<ECKey> find(String kid) {
    Optional<ECKey> found = among(keys(), kid);
    Known last = known;
    if (found.isPresent()
        || last == null
        || last.readAt().plus(LOOK_AGAIN).isAfter(clock.instant())) {
      return found;
    }
    // Another node may have made it just now.
    heard.incrementAndGet();
    return among(keys(), kid);
  }

  /** Whether what the key of that name signed is good at this moment. */
  public boolean verifies(String kid) {
    return among(keys(), kid).isPresent();
  }

  /** The public keys for those who verify tokens (RFC 7517), the one that signs now first. */
  public JWKSet published() {
    Instant now = clock.instant();
    return new JWKSet(
        keys().stream()
            .filter(key -> key.verifies(now))
            .sorted(
                Comparator.comparing((SigningKey key) -> key.state(now) != SigningKey.State.ACTIVE)
                    .thenComparing(Comparator.comparingLong(SigningKey::number).reversed()))
            .map(key -> (JWK) key.publicKey())
            .toList());
  }

  /**
   * Signs.
   *
   * @param object what is signed, with the key's {@code kid} in its header; changed in place
   * @throws RequestException {@link ErrorCode#TEMPORARILY_UNAVAILABLE} if the HSM is out of reach
   */
  public void sign(SigningKey key, JWSObject object) {
    HsmCalls.call(
        () ->
            pairs.use(
                key,
                signer -> {
                  object.sign(signer);
                  return object;
                }));
  }

  /** All keys as last read, oldest first. */
  List<SigningKey> keys() {
    Known last = known;
    long words = heard.get();
    if (last != null && last.heard() == words) {
      return last.keys();
    }
    Known read = new Known(store.load(), words, clock.instant());
    known = read;
    return read.keys();
  }

  /** Reads them again at the next use, whatever was heard. */
  void refresh() {
    heard.incrementAndGet();
  }

  void hear(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.SIGNING_KEYS
        || notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      refresh();
    }
  }

  private Optional<ECKey> among(List<SigningKey> keys, String kid) {
    Instant now = clock.instant();
    return keys.stream()
        .filter(key -> key.kid().equals(kid) && key.verifies(now))
        .map(SigningKey::publicKey)
        .findFirst();
  }
}
