package org.heliogate.authz.platform;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Tells a violated constraint, which is an answer, from a database that failed. */
public final class Constraints {

  private Constraints() {}

  /** Whether the database refused a row because a constraint forbids it (SQLSTATE class 23). */
  public static boolean violated(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().startsWith("23")) {
        return true;
      }
    }
    return false;
  }
}
