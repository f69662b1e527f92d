package org.heliogate.authz.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.signing.SigningKey.Holder;
import org.heliogate.authz.signing.jpa.SigningKeyEntity;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys in the database. A key comes in two steps, so that the HSM is used with no
 * transaction open: a row that announces it, and the same row with the public part. The number in
 * the row decides which node makes it.
 */
@ApplicationScoped
public class SigningKeyStore {

  /** An announced pair that did not come within this time will not come any more. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EntityManager entityManager;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  /** The keys in the given database. */
  @Inject
  public SigningKeyStore(
      EntityManager entityManager, ChangeNotices notices, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * How a new key takes over.
   *
   * @param activatesAt from when on it signs
   * @param revoking whether every earlier key is revoked
   * @param actor who asked
   */
  record Takeover(Instant activatesAt, boolean revoking, String actor) {}

  /** An announcement whose time was over when its pair came. */
  static final class GivenUpException extends RuntimeException {

    private static final long serialVersionUID = 1;

    GivenUpException() {
      super("the announcement was given up");
    }
  }

  /** The keys whose pairs are there, oldest first. One query. */
  @Transactional
  public List<SigningKey> load() {
    return entityManager
        .createQuery(
            "select k from SigningKeyEntity k where k.publicKey is not null order by k.number",
            SigningKeyEntity.class)
        .getResultStream()
        .map(SigningKeyStore::read)
        .toList();
  }

  /**
   * Announces the pair with that number, in a transaction of its own.
   *
   * @throws PersistenceException for which {@link #lost} says whether another node did so before
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void announce(String id, long number) {
    Instant now = clock.instant();
    entityManager
        .createQuery(
            "delete from SigningKeyEntity k where k.publicKey is null and k.createdAt < :before")
        .setParameter("before", now.minus(PATIENCE))
        .executeUpdate();
    entityManager.persist(new SigningKeyEntity(id, number, Holder.KEY_STORE.name(), now));
    entityManager.flush();
  }

  /** Whether a failed {@link #announce} says that another node was faster. */
  static boolean lost(PersistenceException failure) {
    return Constraints.violated(failure);
  }

  /** Gives up an announcement whose pair did not come; a pair that came stays. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void withdraw(String id) {
    entityManager
        .createQuery("delete from SigningKeyEntity k where k.id = :id and k.publicKey is null")
        .setParameter("id", id)
        .executeUpdate();
  }

  /**
   * Publishes an announced pair on all nodes, once the transaction is committed.
   *
   * @return the key
   * @throws GivenUpException if the announcement was given up meanwhile; nothing is changed then
   */
  @Transactional
  public SigningKey complete(String id, SigningPairs.Made made, Takeover takeover) {
    SigningKeyEntity row =
        entityManager.find(SigningKeyEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null || row.publicKey() != null) {
      throw new GivenUpException();
    }
    ECKey published = published(made.publicKey());
    row.complete(
        made.holder().name(),
        made.sealed(),
        Base64.getEncoder().encodeToString(made.publicKey().getEncoded()),
        published.getKeyID(),
        takeover.activatesAt());
    Instant now = clock.instant();
    for (SigningKeyEntity earlier : earlierThan(row)) {
      earlier.retire(takeover.activatesAt());
      if (takeover.revoking() && earlier.revokedAt() == null) {
        earlier.revoke(now);
        record("signing-key.revoke", takeover.actor(), earlier.kid(), Map.of());
      }
    }
    record(
        "signing-key.create",
        takeover.actor(),
        published.getKeyID(),
        Map.of(
            "holder",
            made.holder().name().toLowerCase(Locale.ROOT),
            "activates_at",
            takeover.activatesAt().toString()));
    notices.publish(ChangeNotice.Kind.SIGNING_KEYS, id);
    entityManager.flush();
    // Its moments as they will be read.
    entityManager.refresh(row);
    return read(row);
  }

  private List<SigningKeyEntity> earlierThan(SigningKeyEntity row) {
    return entityManager
        .createQuery(
            "select k from SigningKeyEntity k where k.number < :number and k.publicKey is not null",
            SigningKeyEntity.class)
        .setParameter("number", row.number())
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }

  /** Forgets a key whose pair was destroyed; one that is not there is no error. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void remove(SigningKey key) {
    int deleted =
        entityManager
            .createQuery("delete from SigningKeyEntity k where k.id = :id")
            .setParameter("id", key.id())
            .executeUpdate();
    if (deleted > 0) {
      record("signing-key.remove", "system", key.kid(), Map.of());
      notices.publish(ChangeNotice.Kind.SIGNING_KEYS, key.id());
    }
  }

  /** Whether the name is that of a row, also of one whose pair is being made. */
  @Transactional
  public boolean knows(String id) {
    return entityManager.find(SigningKeyEntity.class, id) != null;
  }

  private void record(
      String action, String actor, @Nullable String kid, Map<String, String> details) {
    audit.record(AuditEvent.success(action, actor, Objects.requireNonNull(kid), details));
  }

  private static SigningKey read(SigningKeyEntity row) {
    return new SigningKey(
        row.id(),
        row.number(),
        Holder.valueOf(row.holder()),
        row.sealed(),
        published(publicKey(Objects.requireNonNull(row.publicKey()))),
        row.createdAt(),
        Objects.requireNonNull(row.activatesAt()),
        row.retiresAt(),
        row.revokedAt());
  }

  private static ECPublicKey publicKey(String encoded) {
    try {
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(encoded)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stored public key is none", e);
    }
  }

  /** The public key as it is published, with the names that tokens use. */
  static ECKey published(ECPublicKey key) {
    try {
      return new ECKey.Builder(Curve.P_256, key)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint()
          .build();
    } catch (JOSEException e) {
      throw new IllegalStateException("a P-256 key has a thumbprint", e);
    }
  }

  /** The key of a list with the highest number; empty before the first was made. */
  static Optional<SigningKey> newest(List<SigningKey> keys) {
    return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
  }
}
