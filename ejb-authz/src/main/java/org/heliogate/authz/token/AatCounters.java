package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.time.Duration;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.Digests;

/** The counters of one-time passwords made from AATs: each rises, and spending one is an insert. */
@ApplicationScoped
public class AatCounters {

  private static final Duration SLACK = Duration.ofMinutes(5);

  private final EntityManager entityManager;

  /** The counters in the given database. */
  @Inject
  public AatCounters(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * Spends a counter, in a transaction of its own.
   *
   * @throws AlreadySpentException if it, or a higher one, was spent before
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void spend(AuthorizationApiToken token, long counter) {
    try {
      int inserted =
          entityManager
              .createNativeQuery(
                  "insert into aat_counter (handle_digest, n, expires_at)"
                      + " select cast(:handle as varchar(43)), cast(:n as bigint),"
                      + " cast(:expiry as timestamp(6) with time zone)"
                      + " where not exists (select 1 from aat_counter"
                      + " where handle_digest = :handle and n >= :n)")
              .setParameter("handle", Digests.sha256(token.handle()))
              .setParameter("n", counter)
              .setParameter("expiry", token.expiresAt().plus(SLACK))
              .executeUpdate();
      if (inserted == 0) {
        throw new AlreadySpentException("AAT-OTP", null);
      }
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        throw new AlreadySpentException("AAT-OTP", e);
      }
      throw e;
    }
  }
}
