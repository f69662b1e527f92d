package org.heliogate.bench.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneTimeTokenTest {

  private static final URI CSR = URI.create("https://localhost:8443/csr");

  private final OneTimeToken token = new OneTimeToken("aat.1");

  @Test
  void headerWhenAskedAgainThenCountsUp() {
    assertThat(token.header("GET", CSR, new byte[0])).contains("id=\"aat\", ctr=\"1\"");
    assertThat(token.header("GET", CSR, new byte[0])).contains("id=\"aat\", ctr=\"2\"");
  }

  @Test
  void macWhenVectorOfTheContractThenAsPublished() {
    byte[] body = "{\"resource_server\":\"mqtt\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(OneTimeToken.mac("aat-1", 1, "POST", CSR, body))
        .isEqualTo("UMW9SU9SVyLlg01nG4miL14M5KE58Ltlns0nO9JKoqU");
  }
}
