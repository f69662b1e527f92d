package org.heliogate.rest.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class UmaGrantFuzzTest {

  @Test
  void decodeWhenRequestIsHostileThenRefusedOrBytes() {
    Cases.each(
        chance -> {
          String csr =
              chance.secret(Base64.getEncoder().encodeToString(chance.bytes(300)) + "AAAA");
          String attack = Mutations.text(chance, csr);
          try {
            assertThat(UmaGrantEndpoint.decode(attack)).hasSizeLessThanOrEqualTo(attack.length());
          } catch (RequestException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            chance.assertKept("refusal", e.toString());
          }
          try {
            assertThat(
                    UmaGrantEndpoint.password(
                        chance.oneIn(3) ? null : chance.of("password", attack)))
                .isIn(true, false);
          } catch (RequestException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            chance.assertKept("refusal", e.toString());
          }
        });
  }
}
