package org.heliogate.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneTimeAatTest {

  private static final byte[] BODY =
      "{\"resource_server\":\"mqtt\"}".getBytes(StandardCharsets.UTF_8);
  private static final URI CSR = URI.create("https://localhost:8443/csr");

  @Test
  void macWhenGivenTheContractsVectorThenIsItsValue() {
    assertThat(OneTimeAat.mac("aat-1", 1, "POST", CSR, BODY))
        .isEqualTo("UMW9SU9SVyLlg01nG4miL14M5KE58Ltlns0nO9JKoqU");
  }

  @Test
  void headerWhenAatHasTagThenShowsHandleOnly() {
    OneTimeAat authorization =
        new OneTimeAat(() -> new SecurityConfiguration.SpentCounter("handle.tag", 7));

    assertThat(authorization.header("POST", CSR, BODY))
        .startsWith("AAT-OTP id=\"handle\", ctr=\"7\", mac=\"")
        .doesNotContain("tag");
  }
}
