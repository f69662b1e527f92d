package org.heliogate.rest.est;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EstChallengeFilterTest {

  private static final String BASIC = "Basic realm=\"heliogate\"";
  private static final String BEARER = "Bearer realm=\"heliogate\"";

  @Test
  void challengesWhenNothingIsSaidThenBasicAndBearer() {
    assertThat(EstChallengeFilter.challenges(List.of())).containsExactly(BASIC, BEARER);
    assertThat(EstChallengeFilter.challenges(List.of(BASIC))).containsExactly(BASIC, BEARER);
  }

  @Test
  void challengesWhenATokenFailedThenBasicIsBeforeWhatIsSaidOfIt() {
    String failed = BEARER + ", error=\"invalid_token\"";
    String dpop = "DPoP realm=\"heliogate\", algs=\"ES256\"";
    assertThat(EstChallengeFilter.challenges(List.of(failed, dpop)))
        .containsExactly(BASIC, failed, dpop);
    assertThat(EstChallengeFilter.challenges(List.of(dpop))).containsExactly(BASIC, BEARER, dpop);
  }
}
