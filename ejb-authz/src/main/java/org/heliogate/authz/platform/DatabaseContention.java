package org.heliogate.authz.platform;

import jakarta.persistence.OptimisticLockException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a transaction that lost against another one; the same may succeed when it is repeated. */
public final class DatabaseContention {

  /** Of H2 and PostgreSQL: a lock was not had in time. */
  private static final Set<String> LOCK_TIMEOUTS = Set.of("HYT00", "55P03");

  private DatabaseContention() {}

  /**
   * Whether the failure comes of a deadlock (SQLSTATE class 40), a lock not had in time, or a row
   * that another transaction changed first.
   */
  public static boolean caused(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OptimisticLockException) {
        return true;
      }
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        if (state != null && (state.startsWith("40") || LOCK_TIMEOUTS.contains(state))) {
          return true;
        }
      }
    }
    return false;
  }
}
