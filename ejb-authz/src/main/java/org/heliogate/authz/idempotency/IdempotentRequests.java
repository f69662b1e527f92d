package org.heliogate.authz.idempotency;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;

/**
 * The requests that have one effect however often they arrive: the same request of the same caller
 * under the same key gets the same answer for {@link IdempotencyLedger#KEEP}. Thread-safe, and
 * exactly once across nodes, because the answer is kept in the effect's own transaction.
 *
 * <p>Only what was done is kept. A refused request has had no effect and is tried anew.
 */
@ApplicationScoped
public class IdempotentRequests {

  private final IdempotencyLedger ledger;

  /** The transaction that an effect and the keeping of its answer share. */
  @FunctionalInterface
  public interface Recording {

    /**
     * Has the effect and keeps its answer, both or neither.
     *
     * @throws AlreadySpentException if the key is in use meanwhile; nothing is done then
     */
    RecordedAnswer of(Supplier<RecordedAnswer> effect);
  }

  /** The requests in the given ledger. */
  @Inject
  public IdempotentRequests(IdempotencyLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * Carries a request out, unless that was done before.
   *
   * @param effect what is to be done; it joins the transaction that it is called in
   * @return the answer, the first one for every repetition
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if the key was used for another
   *     request; {@link ErrorCode#CONFLICT} while the first one is still being carried out; or what
   *     the effect throws
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public RecordedAnswer once(IdempotentRequest request, Supplier<RecordedAnswer> effect) {
    return oncePrepared(request, recording -> recording.of(effect));
  }

  /**
   * The same for a request of which a part must be done before and outside of the transaction, such
   * as making a key on the HSM.
   *
   * @param work does that part, calls the recording once with the effect, and gives its answer
   * @return the answer, the first one for every repetition
   * @throws RequestException as {@link #once}
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public RecordedAnswer oncePrepared(
      IdempotentRequest request, Function<Recording, RecordedAnswer> work) {
    Optional<RecordedAnswer> before = ledger.find(request);
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return work.apply(effect -> ledger.perform(request, effect));
    } catch (AlreadySpentException e) {
      return ledger
          .find(request)
          .orElseThrow(
              () ->
                  new RequestException(
                      ErrorCode.CONFLICT,
                      "a request with this Idempotency-Key is being carried out"));
    }
  }

  /**
   * Forgets answers that are too old, a bounded number; called now and then.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public boolean purge() {
    return ledger.purge();
  }
}
