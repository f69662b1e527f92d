package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.heliogate.fuzz.JsonText;
import org.junit.jupiter.api.Test;

class AuthorizationApiTokensFuzzTest {

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private final MutableClock clock = new MutableClock();

  @Test
  void checkWhenAttackedThenOnlyTheTokenItselfIsGood() {
    withTokens(
        tokens -> {
          String token = issue(tokens);
          Cases.each(
              chance -> {
                String attack =
                    chance.oneIn(3) ? forged(chance, token) : CompactText.mutated(chance, token);
                assertThat(tokens.check(attack).isPresent())
                    .as(attack)
                    .isEqualTo(attack.equals(token));
              });
        });
  }

  @Test
  void recomputeWhenHandleIsForgedThenTheTagStaysHere() {
    withTokens(
        tokens -> {
          String token = issue(tokens);
          String tag = token.substring(token.indexOf('.') + 1);
          Cases.each(
              chance -> {
                chance.secret(tag);
                String attack = forged(chance, token);
                String handle = attack.substring(0, attack.indexOf('.'));
                Optional<AuthorizationApiTokens.Issued> issued = tokens.recompute(handle);
                issued.ifPresent(
                    made -> {
                      chance.secret(made.value().substring(handle.length() + 1));
                      assertThat(made.value()).startsWith(handle + '.');
                      assertThat(made.token().expiresAt()).isAfter(clock.instant());
                    });
                chance.assertKept("result", issued.toString());
              });
        });
  }

  /** Another handle that names the key, with the tag of the true one or none. */
  private String forged(Chance chance, String token) {
    int dot = token.indexOf('.');
    String content = new String(Base64.getUrlDecoder().decode(token.substring(0, dot)), UTF_8);
    String kid = content.replaceAll(".*\"k\":\"([0-9a-f]+)\".*", "$1");
    String handle =
        JsonText.object()
            .withText("k", kid)
            .withText("id", chance.noise(20))
            .withText("c", chance.of("c-1", "c-2", chance.text()))
            .withText("s", chance.of("admin", "admin admin", "", "uma_authorization"))
            .withText("m", chance.of("CLIENT_OTP", "CLIENT_SECRET_BASIC", "x"))
            .with("b", chance.of("true", "false", "\"true\"", "1"))
            .with("i", Long.toString(clock.millis()))
            .with("e", chance.of(Long.toString(clock.millis() + 1_000), chance.number()))
            .mutated(chance)
            .broken(chance);
    return ENCODER.encodeToString(handle.getBytes(UTF_8))
        + '.'
        + chance.of(token.substring(dot + 1), "", "A".repeat(43), chance.text());
  }

  private void withTokens(Consumer<AuthorizationApiTokens> test) {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em ->
              test.accept(
                  new AuthorizationApiTokens(
                      new TokenKeyRing(
                          new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock),
                          clock),
                      new SecureRandom(),
                      clock)));
    }
  }

  private String issue(AuthorizationApiTokens tokens) {
    Set<String> scope = Set.of("uma_authorization");
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
            scope,
            false,
            true,
            null,
            clock.instant(),
            Set.of(),
            clock.instant(),
            0,
            Optional.empty(),
            null);
    return tokens.issue(client, scope, AuthenticationMethod.CLIENT_OTP, false, null).value();
  }
}
