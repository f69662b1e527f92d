package org.heliogate.authz.signing;

import com.nimbusds.jose.jwk.ECKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pair that signs tokens, as stored. What it is good for follows from its times alone.
 *
 * @param id its name, where the key store has it the alias
 * @param number its place in the order of the keys
 * @param holder where its private part is
 * @param sealed the private part, sealed by the HSM; null where the key store has it
 * @param publicKey EC P-256, with {@code kid} (RFC 7638), {@code use} and {@code alg}
 * @param createdAt since when it exists
 * @param activatesAt from when on it signs
 * @param retiresAt from when on the next one signs; null while there is none
 * @param revokedAt from when on its tokens are refused; null unless it is revoked
 */
public record SigningKey(
    String id,
    long number,
    Holder holder,
    @Nullable String sealed,
    ECKey publicKey,
    Instant createdAt,
    Instant activatesAt,
    @Nullable Instant retiresAt,
    @Nullable Instant revokedAt) {

  /** The longest lifetime of any token that a key signs. */
  public static final Duration MAX_TOKEN_LIFETIME = Duration.ofHours(1);

  /**
   * How long a key verifies after the next one took over: until the last token has expired, and a
   * while more for a node that heard late.
   */
  public static final Duration TAIL = MAX_TOKEN_LIFETIME.plusMinutes(10);

  /** Where private parts are. */
  public enum Holder {
    /** In the server's key store, which is a token but for evaluation. */
    KEY_STORE,
    /** In the database, sealed by the HSM's key. */
    SEALED
  }

  /** What a key is good for. */
  public enum State {
    /** Published, so that everybody knows it before it signs. */
    NEXT,
    /** It signs, or its turn has come. */
    ACTIVE,
    /** It only verifies. */
    RETIRED,
    /** Nothing that it signed is valid any more. */
    REMOVED,
    /** It was ended at once by an operator. */
    REVOKED
  }

  /** What it is good for at that moment. */
  public State state(Instant now) {
    if (revokedAt != null) {
      return State.REVOKED;
    }
    if (activatesAt.isAfter(now)) {
      return State.NEXT;
    }
    if (retiresAt == null || retiresAt.isAfter(now)) {
      return State.ACTIVE;
    }
    return retiresAt.plus(TAIL).isAfter(now) ? State.RETIRED : State.REMOVED;
  }

  /** Whether tokens that it signed are good at that moment, and its public part is published. */
  public boolean verifies(Instant now) {
    return switch (state(now)) {
      case NEXT, ACTIVE, RETIRED -> true;
      case REMOVED, REVOKED -> false;
    };
  }

  /** Its name in tokens. */
  public String kid() {
    return publicKey.getKeyID();
  }

  /** Shows nothing of the sealed part. */
  @Override
  public String toString() {
    return "SigningKey[" + kid() + "]";
  }
}
