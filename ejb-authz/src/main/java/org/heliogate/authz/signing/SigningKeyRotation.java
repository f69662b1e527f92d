package org.heliogate.authz.signing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.HsmCalls;
import org.heliogate.authz.signing.SigningKey.State;
import org.heliogate.authz.signing.SigningKeyStore.GivenUpException;
import org.heliogate.authz.signing.SigningKeyStore.Takeover;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;

/**
 * The coming and going of the signing keys. A new key is published before it signs, and an old one
 * verifies until its last token has expired; so nobody who reads the JWKS as often as its cache
 * time says ever meets an unknown key. Any node may do any of this; one at a time succeeds. A crash
 * between two steps leaves an announcement, which the next rotation gives up, or a pair without a
 * row, which is destroyed an hour later.
 */
@ApplicationScoped
public class SigningKeyRotation {

  /** How long a key is published before it signs; twice the cache time of the JWKS. */
  public static final Duration LEAD = Duration.ofMinutes(10);

  private static final Logger LOG = Logger.getLogger(SigningKeyRotation.class.getName());
  private static final String SYSTEM = "system";
  private static final Duration ORPHAN_AGE = Duration.ofHours(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final int NAME_BYTES = 8;

  private final SigningKeyStore store;
  private final SigningKeys keys;
  private final SigningPairs pairs;
  private final RotationPeriod period;
  private final SecureRandom random;
  private final Clock clock;

  /** The rotation of the stored keys. */
  @Inject
  public SigningKeyRotation(
      SigningKeyStore store,
      SigningKeys keys,
      SigningPairs pairs,
      RotationPeriod period,
      SecureRandom random,
      Clock clock) {
    this.store = store;
    this.keys = keys;
    this.pairs = pairs;
    this.period = period;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Sees to it that there is a key that signs: the one that the offline command made before servers
   * made their own, or a new one.
   *
   * @return false if another node is making it; call again
   * @throws HsmUnavailableException if one is needed and the HSM is out of reach
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public boolean ensure() {
    if (!store.load().isEmpty()) {
      return true;
    }
    Takeover first = new Takeover(clock.instant(), false, SYSTEM);
    Optional<ECPublicKey> inherited = pairs.inherited();
    if (inherited.isEmpty()) {
      return make(1, first, Supplier::get).isPresent();
    }
    if (!announced(TokenKeys.RPT, 1)) {
      return false;
    }
    try {
      store.complete(TokenKeys.RPT, new SigningPairs.Made(inherited.get(), null), first);
      return true;
    } catch (GivenUpException e) {
      return false;
    }
  }

  /**
   * The keys and what each is good for, oldest first.
   *
   * @return as stored now
   */
  public List<SigningKey> list() {
    return store.load();
  }

  /**
   * Makes the next key at an operator's wish. It signs ten minutes from now. While one waits to
   * sign, that one is answered and nothing changes.
   *
   * @param publication the transaction for it
   * @return what comes of that
   * @throws RequestException {@link ErrorCode#CONFLICT} while another node makes a key; {@link
   *     ErrorCode#TEMPORARILY_UNAVAILABLE} if the HSM is out of reach
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public <T> T rotate(String actor, Publication<T> publication) {
    Instant now = clock.instant();
    List<SigningKey> present = store.load();
    Optional<SigningKey> next = next(present, now);
    return next.isPresent()
        ? publication.of(next::get)
        : madeFor(present, new Takeover(now.plus(LEAD), false, actor), publication);
  }

  /**
   * Makes a key that signs at once and revokes every earlier one: their tokens are refused on this
   * node before this returns, on the others within a second, and their pairs are destroyed.
   *
   * @param publication the transaction for it; it is committed when this returns
   * @return what comes of that
   * @throws RequestException {@link ErrorCode#CONFLICT} while another node makes a key; {@link
   *     ErrorCode#TEMPORARILY_UNAVAILABLE} if the HSM is out of reach; nothing is revoked then
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public <T> T replace(String actor, Publication<T> publication) {
    List<SigningKey> present = store.load();
    T published = madeFor(present, new Takeover(clock.instant(), true, actor), publication);
    for (SigningKey earlier : present) {
      try {
        pairs.destroy(earlier.id());
      } catch (HsmUnavailableException e) {
        LOG.log(
            Level.WARNING,
            "The pair of the revoked signing key {0} is not destroyed yet: {1}",
            new Object[] {earlier.kid(), e.getMessage()});
      }
    }
    return published;
  }

  private <T> T madeFor(List<SigningKey> present, Takeover takeover, Publication<T> publication) {
    long number = SigningKeyStore.newest(present).map(SigningKey::number).orElse(0L) + 1;
    return HsmCalls.call(() -> make(number, takeover, publication))
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.CONFLICT,
                    "another node is making a signing key; look again",
                    RETRY_AFTER));
  }

  /** Does what is due; called now and then on every node. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void run() {
    keys.refresh();
    List<SigningKey> present = keys.keys();
    try {
      rotateWhenDue(present);
      removeWhatEnded(present);
      destroyOrphans();
      openThoseInUse();
    } catch (HsmUnavailableException e) {
      LOG.log(Level.WARNING, "The signing keys wait for the HSM: {0}", e.getMessage());
    }
  }

  private void rotateWhenDue(List<SigningKey> present) {
    Instant now = clock.instant();
    Optional<SigningKey> newest = SigningKeyStore.newest(present);
    if (newest.isEmpty() || newest.get().activatesAt().isAfter(now)) {
      return;
    }
    Instant due = newest.get().activatesAt().plus(period.value());
    if (due.minus(LEAD).isAfter(now)) {
      return;
    }
    Instant earliest = now.plus(LEAD);
    Instant activatesAt = due.isAfter(earliest) ? due : earliest;
    Takeover takeover = new Takeover(activatesAt, false, SYSTEM);
    if (make(newest.get().number() + 1, takeover, Supplier::get).isPresent()) {
      LOG.log(Level.INFO, "A new signing key takes over at {0}", activatesAt);
    }
  }

  private void removeWhatEnded(List<SigningKey> present) {
    Instant now = clock.instant();
    for (SigningKey key : present) {
      Instant revokedAt = key.revokedAt();
      boolean ended =
          key.state(now) == State.REMOVED
              || (revokedAt != null && !revokedAt.plus(SigningKey.TAIL).isAfter(now));
      if (ended) {
        pairs.destroy(key.id());
        store.remove(key);
      }
    }
  }

  /** A crash between the pair and its row has left these. */
  private void destroyOrphans() {
    for (String id : pairs.madeBefore(clock.instant().minus(ORPHAN_AGE))) {
      if (!store.knows(id)) {
        pairs.destroy(id);
        LOG.log(Level.WARNING, "The pair {0} was never published and is destroyed", id);
      }
    }
  }

  /** So the first signature by a key that another node made waits for nothing. */
  private void openThoseInUse() {
    Instant now = clock.instant();
    for (SigningKey key : keys.keys()) {
      State state = key.state(now);
      if (state == State.NEXT || state == State.ACTIVE) {
        pairs.open(key);
      }
    }
  }

  /** Makes a key; empty if another node makes it or was faster. */
  private <T> Optional<T> make(long number, Takeover takeover, Publication<T> publication) {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String id = HsmSigningPairs.PREFIX + HexFormat.of().formatHex(name);
    if (!announced(id, number)) {
      return Optional.empty();
    }
    try {
      SigningPairs.Made made = pairs.make(id);
      return Optional.of(publication.of(() -> store.complete(id, made, takeover)));
    } catch (GivenUpException e) {
      pairs.destroy(id);
      return Optional.empty();
    } catch (RuntimeException e) {
      store.withdraw(id);
      throw e;
    }
  }

  private boolean announced(String id, long number) {
    try {
      store.announce(id, number);
      return true;
    } catch (PersistenceException e) {
      if (SigningKeyStore.lost(e)) {
        return false;
      }
      throw e;
    }
  }

  private static Optional<SigningKey> next(List<SigningKey> present, Instant now) {
    return present.stream().filter(key -> key.state(now) == State.NEXT).findFirst();
  }
}
