package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DatabaseOutageTest {

  @Test
  void causedWhenConnectionIsLostThenTrue() {
    for (String state : new String[] {"08006", "57P01", "53300", null}) {
      assertThat(DatabaseOutage.caused(wrapped(state))).as(state).isTrue();
    }
  }

  @Test
  void causedWhenStatementIsWrongThenFalse() {
    for (String state : new String[] {"23505", "42601", "22001"}) {
      assertThat(DatabaseOutage.caused(wrapped(state))).as(state).isFalse();
    }
    assertThat(DatabaseOutage.caused(new IllegalStateException("no database"))).isFalse();
  }

  private static Throwable wrapped(String state) {
    return new PersistenceException("x", new SQLException("reason", state));
  }
}
