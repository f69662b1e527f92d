package org.heliogate.authz.idempotency;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.PessimisticLockException;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.jpa.IdempotencyRecordEntity;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.ExpiredRows;
import org.heliogate.authz.platform.SecretSealer;

/** The transactions of {@link IdempotentRequests}: an effect and its answer, both or neither. */
@ApplicationScoped
public class IdempotencyLedger {

  /** How long an answer is kept. */
  public static final Duration KEEP = Duration.ofHours(24);

  private static final Duration BUSY = Duration.ofSeconds(1);

  private final EntityManager entityManager;
  private final SecretSealer sealer;
  private final Clock clock;

  /** The answers in the given database. */
  @Inject
  public IdempotencyLedger(EntityManager entityManager, SecretSealer sealer, Clock clock) {
    this.entityManager = entityManager;
    this.sealer = sealer;
    this.clock = clock;
  }

  /**
   * The answer that was given under the key.
   *
   * @return empty if there is none, or it is too old
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if the key was used for another
   *     request
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Optional<RecordedAnswer> find(IdempotentRequest request) {
    String digest = request.keyDigest();
    IdempotencyRecordEntity row = entityManager.find(IdempotencyRecordEntity.class, digest);
    if (row == null || !row.expiresAt().isAfter(clock.instant())) {
      return Optional.empty();
    }
    if (!row.requestDigest().equals(request.requestDigest())) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "this Idempotency-Key was used for another request; use a new one");
    }
    byte[] opened = sealer.open(row.responseSealed(), context(digest));
    try {
      return Optional.of(RecordedAnswer.of(opened));
    } finally {
      Arrays.fill(opened, (byte) 0);
    }
  }

  /**
   * Carries the request out and keeps its answer in the same transaction. A refusal is not kept.
   *
   * @param effect what is to be done, within this transaction
   * @throws AlreadySpentException if the key is in use meanwhile; nothing is done then
   * @throws RequestException {@link ErrorCode#CONFLICT} if another request with the key takes too
   *     long; or what the effect throws
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public RecordedAnswer perform(IdempotentRequest request, Supplier<RecordedAnswer> effect) {
    String digest = request.keyDigest();
    IdempotencyRecordEntity row = reserve(digest, request.requestDigest());
    RecordedAnswer answer = effect.get();
    byte[] bytes = answer.toBytes();
    String sealed = sealer.seal(bytes, context(digest));
    Arrays.fill(bytes, (byte) 0);
    if (sealed.length() > IdempotencyRecordEntity.MAX_SEALED) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the answer is too long to be kept; leave Idempotency-Key out");
    }
    row.setResponseSealed(sealed);
    return answer;
  }

  /**
   * Forgets answers that are too old, at most {@link ExpiredRows#BATCH}.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean purge() {
    return ExpiredRows.IDEMPOTENCY_RECORD.delete(entityManager, clock.instant());
  }

  private IdempotencyRecordEntity reserve(String digest, String requestDigest) {
    Instant now = clock.instant();
    IdempotencyRecordEntity row =
        new IdempotencyRecordEntity(digest, requestDigest, now.plus(KEEP));
    try {
      entityManager
          .createQuery(
              "delete from IdempotencyRecordEntity r where r.digest = :digest"
                  + " and r.expiresAt <= :now")
          .setParameter("digest", digest)
          .setParameter("now", now)
          .executeUpdate();
      entityManager.persist(row);
      // The insert waits here for whoever holds the same key.
      entityManager.flush();
    } catch (LockTimeoutException | PessimisticLockException e) {
      throw new RequestException(
          ErrorCode.CONFLICT, "a request with this Idempotency-Key is being carried out", BUSY);
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        throw new AlreadySpentException("idempotency-key", e);
      }
      throw e;
    }
    return row;
  }

  private static String context(String digest) {
    return "idempotency " + digest;
  }
}
