package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.heliogate.authz.token.TokenAuthenticator.SignedRequest;
import org.junit.jupiter.api.Test;

class TokenAuthenticatorTest {

  @Test
  void macWhenVectorOfTheContractThenEqual() {
    SignedRequest request =
        new SignedRequest(
            "POST", "https://localhost:8443/csr", "{\"resource_server\":\"mqtt\"}".getBytes(UTF_8));
    assertThat(TokenAuthenticator.mac("aat-1", 1, request))
        .isEqualTo("UMW9SU9SVyLlg01nG4miL14M5KE58Ltlns0nO9JKoqU");
  }

  @Test
  void macWhenAnyPartDiffersThenDiffers() {
    byte[] body = {1};
    String mac = TokenAuthenticator.mac("aat", 1, new SignedRequest("POST", "https://h/csr", body));
    assertThat(TokenAuthenticator.mac("aat", 2, new SignedRequest("POST", "https://h/csr", body)))
        .isNotEqualTo(mac);
    assertThat(TokenAuthenticator.mac("aat", 1, new SignedRequest("GET", "https://h/csr", body)))
        .isNotEqualTo(mac);
    assertThat(TokenAuthenticator.mac("aat", 1, new SignedRequest("POST", "https://h/x", body)))
        .isNotEqualTo(mac);
    assertThat(
            TokenAuthenticator.mac(
                "aat", 1, new SignedRequest("POST", "https://h/csr", new byte[0])))
        .isNotEqualTo(mac);
    assertThat(TokenAuthenticator.mac("aax", 1, new SignedRequest("POST", "https://h/csr", body)))
        .isNotEqualTo(mac);
  }
}
