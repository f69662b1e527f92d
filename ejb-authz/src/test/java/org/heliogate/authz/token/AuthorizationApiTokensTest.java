package org.heliogate.authz.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthorizationApiTokensTest {

  private final MutableClock clock = new MutableClock();

  @Test
  void checkWhenIssuedThenSaysTheSame() {
    withTokens(
        tokens -> {
          AuthorizationApiTokens.Issued issued = issue(tokens);
          assertThat(tokens.check(issued.value())).contains(issued.token());
          assertThat(issued.token().clientId()).isEqualTo("c-1");
          assertThat(issued.token().scope()).containsExactly("uma_authorization");
          assertThat(issued.token().bearer()).isFalse();
        });
  }

  @Test
  void checkWhenBoundThenSaysToWhat() {
    withTokens(
        tokens -> {
          for (Confirmation.Method method : Confirmation.Method.values()) {
            Confirmation confirmation = new Confirmation(method, "thumbprint");
            AuthorizationApiTokens.Issued issued = issue(tokens, confirmation);
            assertThat(tokens.check(issued.value())).contains(issued.token());
            assertThat(issued.token().confirmation()).isEqualTo(confirmation);
          }
        });
  }

  @Test
  void checkWhenExpiredThenRefused() {
    withTokens(
        tokens -> {
          String token = issue(tokens).value();
          clock.advance(AuthorizationApiTokens.LIFETIME);
          assertThat(tokens.check(token)).isEmpty();
        });
  }

  @Test
  void checkWhenAnyCharacterChangesThenRefused() {
    withTokens(
        tokens -> {
          String token = issue(tokens).value();
          Random random = new Random(1);
          for (int i = 0; i < token.length(); i++) {
            char replaced = (char) ('A' + random.nextInt(26));
            if (replaced != token.charAt(i)) {
              String changed = token.substring(0, i) + replaced + token.substring(i + 1);
              assertThat(tokens.check(changed)).as("position %s", i).isEmpty();
            }
          }
        });
  }

  @Test
  void checkWhenGarbageThenRefused() {
    withTokens(
        tokens -> {
          for (String garbage : List.of("", ".", "a", "e30.e30", "x".repeat(100_000) + ".y")) {
            assertThat(tokens.check(garbage)).isEmpty();
          }
        });
  }

  @Test
  void checkWhenKeyWasRotatedThenOldTokenIsGoodUntilItExpires() {
    withTokens(
        tokens -> {
          clock.advance(Duration.ofHours(23).plusMinutes(59));
          String old = issue(tokens).value();
          clock.advance(Duration.ofMinutes(30));
          String fresh = issue(tokens).value();
          assertThat(tokens.check(old)).isPresent();
          assertThat(tokens.check(fresh)).isPresent();
        });
  }

  private void withTokens(java.util.function.Consumer<AuthorizationApiTokens> test) {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            TokenKeyStore store =
                new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock);
            test.accept(
                new AuthorizationApiTokens(
                    new TokenKeyRing(store, clock), new SecureRandom(), clock));
          });
    }
  }

  private AuthorizationApiTokens.Issued issue(AuthorizationApiTokens tokens) {
    return issue(tokens, null);
  }

  private AuthorizationApiTokens.Issued issue(
      AuthorizationApiTokens tokens, @Nullable Confirmation confirmation) {
    RegisteredClient client =
        new RegisteredClient(
            "c-1",
            "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "publisher",
            ClientKind.APPLICATION,
            Optional.empty(),
            Optional.empty(),
            true,
            Set.of(AuthenticationMethod.CLIENT_OTP),
            Set.of("uma_authorization"),
            false,
            true,
            null,
            clock.instant(),
            Set.of(),
            clock.instant(),
            0,
            Optional.empty(),
            null);
    return tokens.issue(
        client, Set.of("uma_authorization"), AuthenticationMethod.CLIENT_OTP, false, confirmation);
  }
}
