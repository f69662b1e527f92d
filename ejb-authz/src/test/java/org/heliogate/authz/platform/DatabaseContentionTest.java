package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import org.hibernate.StaleObjectStateException;
import org.junit.jupiter.api.Test;

class DatabaseContentionTest {

  @Test
  void causedWhenALockWasNotHadThenTrue() {
    for (String state : new String[] {"40001", "40P01", "HYT00", "55P03"}) {
      assertThat(DatabaseContention.caused(wrapped(state))).as(state).isTrue();
    }
  }

  @Test
  void causedWhenAnotherChangedTheRowFirstThenTrue() {
    OptimisticLockException lost =
        new OptimisticLockException(new StaleObjectStateException("ClientEntity", "c"));
    assertThat(DatabaseContention.caused(lost)).isTrue();
    assertThat(DatabaseContention.caused(new IllegalStateException("rolled back", lost))).isTrue();
  }

  @Test
  void causedWhenSomethingElseIsWrongThenFalse() {
    for (String state : new String[] {"23505", "08006", null}) {
      assertThat(DatabaseContention.caused(wrapped(state))).as(state).isFalse();
    }
    assertThat(DatabaseContention.caused(new IllegalStateException("no database"))).isFalse();
  }

  private static Throwable wrapped(String state) {
    return new PersistenceException("x", new SQLException("reason", state));
  }
}
