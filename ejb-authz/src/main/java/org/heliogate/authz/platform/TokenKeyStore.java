package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.platform.jpa.TokenKeyEntity;

/** The shared symmetric keys in the database, sealed by the HSM. */
@ApplicationScoped
public class TokenKeyStore {

  private final EntityManager entityManager;
  private final SecretSealer sealer;
  private final SecureRandom random;
  private final Clock clock;

  /** The keys in the given database. */
  @Inject
  public TokenKeyStore(
      EntityManager entityManager, SecretSealer sealer, SecureRandom random, Clock clock) {
    this.entityManager = entityManager;
    this.sealer = sealer;
    this.random = random;
    this.clock = clock;
  }

  /** What a key is for. */
  public enum Purpose {
    /** The tags of AATs. */
    AAT("HmacSHA256", Duration.ofDays(1), Duration.ofHours(2)),
    /** The encryption of permission tickets. */
    TICKET("AES", Duration.ofDays(1), Duration.ofHours(1)),
    /** The tags of DPoP nonces. */
    DPOP_NONCE("HmacSHA256", Duration.ofDays(1), Duration.ofHours(1)),
    /** The hashes of manifest lines; never rotated, so that a line is recognised years later. */
    MANIFEST("HmacSHA256", Duration.ofDays(36_500), Duration.ZERO);

    private final String algorithm;
    private final Duration rotation;
    private final Duration tail;

    Purpose(String algorithm, Duration rotation, Duration tail) {
      this.algorithm = algorithm;
      this.rotation = rotation;
      this.tail = tail;
    }

    /** For how long a key makes new tokens. */
    Duration rotation() {
      return rotation;
    }
  }

  /**
   * A shared key.
   *
   * @param kid its name
   * @param key 256 bits
   * @param createdAt since when it exists
   * @param expiresAt from when on nothing that it made is valid
   */
  public record TokenKey(String kid, SecretKey key, Instant createdAt, Instant expiresAt) {
    /** Never shows the key. */
    @Override
    public String toString() {
      return "TokenKey[" + kid + "]";
    }
  }

  /** The keys that have not expired. */
  @Transactional
  public List<TokenKey> load(Purpose purpose) {
    return entityManager
        .createQuery(
            "select k from TokenKeyEntity k where k.purpose = :purpose and k.expiresAt > :now",
            TokenKeyEntity.class)
        .setParameter("purpose", purpose.name())
        .setParameter("now", clock.instant())
        .getResultStream()
        .map(row -> open(purpose, row))
        .toList();
  }

  /** Makes a new key. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public TokenKey create(Purpose purpose) {
    byte[] name = new byte[8];
    byte[] key = new byte[32];
    random.nextBytes(name);
    random.nextBytes(key);
    String kid = HexFormat.of().formatHex(name);
    Instant now = clock.instant();
    TokenKeyEntity row =
        new TokenKeyEntity(
            kid,
            purpose.name(),
            sealer.seal(key, context(purpose, kid)),
            now,
            now.plus(purpose.rotation).plus(purpose.tail));
    entityManager.persist(row);
    return new TokenKey(
        kid, new SecretKeySpec(key, purpose.algorithm), row.createdAt(), row.expiresAt());
  }

  /**
   * Forgets keys that nothing valid was made with, at most {@link ExpiredRows#BATCH}.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean purge() {
    return ExpiredRows.TOKEN_KEY.delete(entityManager, clock.instant());
  }

  private TokenKey open(Purpose purpose, TokenKeyEntity row) {
    byte[] key = sealer.open(row.sealed(), context(purpose, row.kid()));
    return new TokenKey(
        row.kid(), new SecretKeySpec(key, purpose.algorithm), row.createdAt(), row.expiresAt());
  }

  private static String context(Purpose purpose, String kid) {
    return "token-key " + purpose + ' ' + kid;
  }
}
