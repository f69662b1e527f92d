package org.heliogate.authz.platform;

import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a database that is out of reach, which passes, from a statement that is wrong. */
public final class DatabaseOutage {

  /** Connection lost; insufficient resources; operator intervention. */
  private static final Set<String> CLASSES = Set.of("08", "53", "57");

  private DatabaseOutage() {}

  /**
   * Whether the failure comes of a connection that could not be had or was lost (SQLSTATE classes
   * 08, 53 and 57, or none because no database answered), or of a commit that did not happen.
   */
  public static boolean caused(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RollbackException) {
        return true;
      }
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        if (state == null || (state.length() >= 2 && CLASSES.contains(state.substring(0, 2)))) {
          return true;
        }
      }
    }
    return false;
  }
}
