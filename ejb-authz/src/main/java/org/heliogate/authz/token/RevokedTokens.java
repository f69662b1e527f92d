package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.ExpiredRows;
import org.heliogate.authz.token.jpa.RevokedTokenEntity;

/**
 * The tokens that ended before their time, in the database and whole in every node's memory
 * (architecture, decision 8): loaded before the node is ready, then kept current by notices. Asking
 * costs no database round-trip. Thread-safe.
 */
@ApplicationScoped
public class RevokedTokens {

  private final EntityManager entityManager;
  private final ChangeNotices notices;
  private final Clock clock;
  private final Map<String, Instant> known = new ConcurrentHashMap<>();

  /** The ended tokens in the given database; none is known until they are loaded. */
  @Inject
  public RevokedTokens(EntityManager entityManager, ChangeNotices notices, Clock clock) {
    this.entityManager = entityManager;
    this.notices = notices;
    this.clock = clock;
  }

  /** What ended. */
  public enum Kind {
    /** An AAT, by its handle. */
    AAT,
    /** A PAT or RPT, by its {@code jti}. */
    SIGNED,
    /**
     * A resource, by its identifier: tokens that would expire no later, had each the longest
     * lifetime, give no right to it any more.
     */
    RESOURCE
  }

  /**
   * Ends something on all nodes once the caller's transaction is committed. Ending it twice is the
   * same as once, or as the later of the two for a resource.
   *
   * @param expiresAt from when on every token concerned is refused for its age alone
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void revoke(Kind kind, String name, Instant expiresAt) {
    String digest = digest(kind, name);
    int updated =
        entityManager
            .createNativeQuery(
                "update revoked_token set expires_at = :expiry"
                    + " where digest = :digest and expires_at < :expiry")
            .setParameter("digest", digest)
            .setParameter("expiry", expiresAt)
            .executeUpdate();
    if (updated == 0) {
      entityManager
          .createNativeQuery(
              "insert into revoked_token (digest, expires_at)"
                  + " select cast(:digest as varchar(43)),"
                  + " cast(:expiry as timestamp(6) with time zone)"
                  + " where not exists (select 1 from revoked_token where digest = :digest)")
          .setParameter("digest", digest)
          .setParameter("expiry", expiresAt)
          .executeUpdate();
    }
    notices.publish(ChangeNotice.Kind.TOKEN, digest + '.' + expiresAt.toEpochMilli());
  }

  /**
   * Whether a token that expires at the given moment has ended early, or the resource that it is
   * about was deleted since it was made.
   */
  public boolean ended(Kind kind, String name, Instant expiresAt) {
    Instant end = known.get(digest(kind, name));
    return end != null && (kind != Kind.RESOURCE || !expiresAt.isAfter(end));
  }

  /** Takes all that is stored into memory. */
  @Transactional
  public void load() {
    entityManager
        .createQuery(
            "select t from RevokedTokenEntity t where t.expiresAt > :now", RevokedTokenEntity.class)
        .setParameter("now", clock.instant())
        .getResultList()
        .forEach(row -> remember(row.digest(), row.expiresAt()));
  }

  /**
   * Forgets what is refused for its age alone, here and, at most {@link ExpiredRows#BATCH} rows, in
   * the database.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean purge() {
    Instant now = clock.instant();
    known.values().removeIf(expiry -> expiry.isBefore(now));
    return ExpiredRows.REVOKED_TOKEN.delete(entityManager, now);
  }

  void hear(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.TOKEN) {
      String[] parts = notice.subject().split("\\.", -1);
      remember(parts[0], Instant.ofEpochMilli(Long.parseLong(parts[1])));
    }
  }

  private void remember(String digest, Instant expiresAt) {
    known.merge(digest, expiresAt, (one, other) -> one.isAfter(other) ? one : other);
  }

  private static String digest(Kind kind, String name) {
    return Digests.sha256(kind + "\n" + name);
  }
}
