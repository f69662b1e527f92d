package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationReasonsTest {

  @Test
  void namedWhenThereIsOneThenThatOne() {
    assertThat(RevocationReasons.named("key_compromise"))
        .isEqualTo(RevocationReason.KEY_COMPROMISE);
    assertThat(RevocationReasons.named(null)).isEqualTo(RevocationReason.UNSPECIFIED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate_hold", "KEY_COMPROMISE", "keyCompromise", "", "1"})
  void namedWhenThereIsNoneSuchThenUnprocessable(String name) {
    assertThatThrownBy(() -> RevocationReasons.named(name))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE));
  }
}
