package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.authz.policy.PolicyFixture;
import org.heliogate.authz.token.TokenAuthenticator.AatOtp;
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

  @Test
  @SuppressWarnings("NullAway") // No signature is looked at, and nothing is read.
  void namedWhenTagOrHandleIsThisServersThenItsClient() {
    try (PolicyFixture fixture = new PolicyFixture()) {
      MutableClock clock = fixture.clock;
      fixture.database.runInTransaction(
          em -> {
            SecureRandom random = new SecureRandom();
            AuthorizationApiTokens tokens =
                new AuthorizationApiTokens(
                    new TokenKeyRing(new TokenKeyStore(em, new TestSealer(), random, clock), clock),
                    random,
                    clock);
            TokenAuthenticator authenticator =
                new TokenAuthenticator(tokens, null, null, null, null);
            AuthorizationApiTokens.Issued issued =
                tokens.issue(
                    PolicyFixture.client(em),
                    Set.of("uma_authorization"),
                    AuthenticationMethod.CLIENT_OTP,
                    false,
                    null);
            String handle = issued.token().handle();
            assertThat(authenticator.named(issued.value())).contains("c-1");
            assertThat(authenticator.named(new AatOtp(handle, 1, "x"))).contains("c-1");
            for (String forged : List.of(handle, handle + '.', handle + ".x", "x.y", "a.b.c")) {
              assertThat(authenticator.named(forged)).as(forged).isEmpty();
            }
            assertThat(authenticator.named(new AatOtp("x", 1, "x"))).isEmpty();
            clock.advance(AuthorizationApiTokens.LIFETIME);
            assertThat(authenticator.named(issued.value())).isEmpty();
          });
    }
  }
}
