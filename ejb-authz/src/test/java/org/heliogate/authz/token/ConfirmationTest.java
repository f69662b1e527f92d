package org.heliogate.authz.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfirmationTest {

  @Test
  void claimWhenReadAgainThenTheSame() {
    for (Confirmation.Method method : Confirmation.Method.values()) {
      Confirmation confirmation = new Confirmation(method, "x");
      assertThat(Confirmation.ofClaim(confirmation.claim())).contains(confirmation);
    }
    assertThat(Confirmation.ofKey("x").claim()).isEqualTo(Map.of("jkt", "x"));
  }

  @Test
  void ofClaimWhenThereIsNoneThenEmpty() {
    assertThat(Confirmation.ofClaim(null)).isEmpty();
    assertThat(Confirmation.ofClaim(Map.of("kid", "x"))).isEmpty();
    assertThat(Confirmation.ofClaim(Map.of("jkt", 1))).isEmpty();
  }
}
