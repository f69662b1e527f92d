package org.heliogate.authz.platform;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What H2 does to answer the statements that a test caused. None that looks for something may go
 * through the whole of a table that grows with the fleet or with time. Statements without a
 * condition are left out: tests read whole tables by them.
 */
final class QueryPlans {

  private static final Set<String> SMALL =
      Set.of(
          "workflow",
          "role",
          "role_grant",
          "resource_server",
          "crl",
          "ocsp_responder",
          "signing_key");

  private static final Pattern LOOKS = Pattern.compile("(?s)(select|update|delete)\\b.* where .*");
  private static final Pattern SCAN = Pattern.compile("PUBLIC\\.([A-Z0-9_]+)\\.tableScan");
  private static final Set<String> EXPLAINED = ConcurrentHashMap.newKeySet();

  private QueryPlans() {}

  /**
   * Has those explained that were not before in this JVM.
   *
   * @throws AssertionError naming each statement that scans
   */
  static void check(String url, Collection<String> statements) {
    List<String> scans = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
      for (String sql : statements) {
        if (LOOKS.matcher(sql).matches() && EXPLAINED.add(sql)) {
          Matcher scan = SCAN.matcher(plan(connection, sql));
          while (scan.find()) {
            String table = scan.group(1).toLowerCase(Locale.ROOT);
            if (!SMALL.contains(table)) {
              scans.add(table + ": " + sql);
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the plans cannot be had", e);
    }
    if (!scans.isEmpty()) {
      throw new AssertionError("goes through a whole table:\n" + String.join("\n", scans));
    }
  }

  private static String plan(Connection connection, String sql) throws SQLException {
    try (PreparedStatement explain = connection.prepareStatement("explain " + sql)) {
      int parameters = explain.getParameterMetaData().getParameterCount();
      for (int i = 1; i <= parameters; i++) {
        explain.setNull(i, Types.NULL);
      }
      try (ResultSet plan = explain.executeQuery()) {
        plan.next();
        return plan.getString(1);
      }
    }
  }
}
