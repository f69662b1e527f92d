package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.TokenAuthenticator.AatOtp;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class AatOtpHeaderFuzzTest {

  @Test
  void parseWhenHostileThenRefusedOrWithinItsAlphabets() {
    Cases.each(
        chance -> {
          String secret = chance.secret();
          String header =
              "id=\"%s\", ctr=\"%s\", mac=\"%s\""
                  .formatted(
                      secret,
                      chance.oneIn(2) ? "1" : chance.number(),
                      chance.oneIn(4) ? chance.text() : "A".repeat(43));
          String attack = chance.oneIn(4) ? header : Mutations.text(chance, header);
          try {
            AatOtp otp = AatOtpHeader.parse(attack);
            assertThat(otp.counter()).isPositive();
            assertThat(otp.handle()).matches("[A-Za-z0-9._-]{1,2048}");
            assertThat(otp.mac()).matches("[A-Za-z0-9._-]{1,2048}");
          } catch (RequestException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN);
            chance.assertKept("refusal", e.toString());
          }
        });
  }
}
