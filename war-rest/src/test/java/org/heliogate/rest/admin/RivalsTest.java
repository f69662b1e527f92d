package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;

class RivalsTest {

  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void outlastedWhenAnotherWasFirstThenFindsItsRow() {
    assertThat(Rivals.outlasted(() -> failing(2))).isEqualTo(3);
  }

  @Test
  void outlastedWhenOthersAreFirstEverAgainThenConflict() {
    conflict(() -> Rivals.outlasted(() -> failing(3)));
    assertThat(calls).hasValue(3);
  }

  @Test
  void outlastedWhenAnotherIsInTheWayThenAgainUntilThatIsTheAnswer() {
    assertThat(Rivals.outlasted(() -> failing(2, "40001"))).isEqualTo(3);
    calls.set(0);
    assertThatThrownBy(() -> Rivals.outlasted(() -> failing(3, "40001")))
        .isInstanceOf(PersistenceException.class);
    assertThat(calls).hasValue(3);
  }

  @Test
  void reportedWhenAnotherWasFirstThenConflictAtOnce() {
    conflict(() -> Rivals.reported(() -> failing(1)));
    assertThat(calls).hasValue(1);
  }

  @Test
  void outlastedWhenItFailsOtherwiseThenNotAgain() {
    assertThatThrownBy(
            () ->
                Rivals.outlasted(
                    () -> {
                      calls.incrementAndGet();
                      throw new IllegalStateException("database");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void outlastedWhenRefusedThenThatIsTheAnswer() {
    RequestException refusal = new RequestException(ErrorCode.UNPROCESSABLE, "no");
    refusal.initCause(new SQLException("unique", "23505"));
    assertThatThrownBy(
            () ->
                Rivals.outlasted(
                    () -> {
                      calls.incrementAndGet();
                      throw refusal;
                    }))
        .isSameAs(refusal);
    assertThat(calls).hasValue(1);
  }

  /** Fails for a row of somebody else's so many times, and then tells how often it was called. */
  private int failing(int times) {
    return failing(times, "23505");
  }

  private int failing(int times, String state) {
    int call = calls.incrementAndGet();
    if (call <= times) {
      throw new PersistenceException(new SQLException("rival", state));
    }
    return call;
  }

  private static void conflict(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }
}
