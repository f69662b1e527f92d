package org.heliogate.authz.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.heliogate.authz.platform.MutableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedTokensTest {

  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final TokenPermission PERMISSION =
      new TokenPermission("id-1", "album/1", Set.of("view", "edit"));

  private final MutableClock clock = new MutableClock();
  private SignedTokens tokens;

  @BeforeEach
  void makeKeys(@TempDir Path directory) throws Exception {
    tokens = TestTokenKeys.tokens(directory.resolve("keys.p12"), clock);
  }

  @Test
  void checkWhenRequestingPartyTokenThenSaysTheSame() throws Exception {
    clock.advance(Duration.ofMillis(321));
    String value =
        tokens.issueRequestingParty("c-1", "rs-1", List.of(PERMISSION), Set.of(), LIFETIME, null);
    assertThat(tokens.check(value))
        .hasValueSatisfying(
            token -> {
              assertThat(token.clientId()).isEqualTo("c-1");
              assertThat(token.audience()).isEqualTo("rs-1");
              assertThat(token.protection()).isFalse();
              assertThat(token.permissions()).containsExactly(PERMISSION);
              assertThat(token.issuedAt()).isEqualTo(clock.instant());
            });
    SignedJWT jwt = SignedJWT.parse(value);
    assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    assertThat(jwt.getHeader().getType().getType()).isEqualTo("at+jwt");
    assertThat(jwt.verify(new ECDSAVerifier(tokens.publicKeys().getKeys().get(0).toECKey())))
        .isTrue();
    assertThat(tokens.publicKeys().getKeys().get(0).isPrivate()).isFalse();
  }

  @Test
  void checkWhenProtectionTokenThenIsOneForThisServer() {
    String value = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    assertThat(tokens.check(value))
        .hasValueSatisfying(
            token -> {
              assertThat(token.protection()).isTrue();
              assertThat(token.scope()).containsExactly("uma_protection");
              assertThat(token.audience()).isEqualTo(TestTokenKeys.ISSUER);
            });
  }

  @Test
  void checkWhenBoundThenSaysToWhat() throws Exception {
    Confirmation key = Confirmation.ofKey("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    String rpt =
        tokens.issueRequestingParty("c-1", "rs-1", List.of(PERMISSION), Set.of(), LIFETIME, key);
    String pat = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, key);
    for (String value : List.of(rpt, pat)) {
      assertThat(tokens.check(value).map(SignedToken::confirmation)).contains(key);
      assertThat(SignedJWT.parse(value).getJWTClaimsSet().getJSONObjectClaim("cnf"))
          .isEqualTo(key.claim());
    }
    String unbound = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    assertThat(SignedJWT.parse(unbound).getJWTClaimsSet().getClaims()).doesNotContainKey("cnf");
  }

  @Test
  void checkWhenRequestingPartyTokensScopeIsAProtectionTokensThenItIsNone() throws Exception {
    String value =
        tokens.issueRequestingParty(
            "c-1", "rs-1", List.of(PERMISSION), Set.of("uma_protection"), LIFETIME, null);
    assertThat(SignedJWT.parse(value).getJWTClaimsSet().getStringClaim("scope"))
        .isEqualTo("uma_protection");
    assertThat(tokens.check(value))
        .hasValueSatisfying(
            token -> {
              assertThat(token.protection()).isFalse();
              assertThat(token.scope()).isEmpty();
            });
  }

  @Test
  void checkWhenExpiredThenRefusedThoughVerifiedBefore() {
    String value = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    assertThat(tokens.check(value)).isPresent();
    clock.advance(LIFETIME);
    assertThat(tokens.check(value)).isEmpty();
  }

  @Test
  void checkWhenAnyCharacterChangesThenRefused() {
    String value = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    Random random = new Random(4);
    for (int at = 0; at < value.length(); at++) {
      char replaced = (char) ('a' + random.nextInt(26));
      // The last character of a part may hold bits that base64url ignores.
      boolean lastOfPart = at + 1 == value.length() || value.charAt(at + 1) == '.';
      if (!lastOfPart && replaced != value.charAt(at)) {
        String changed = value.substring(0, at) + replaced + value.substring(at + 1);
        assertThat(tokens.check(changed)).as("position %s", at).isEmpty();
      }
    }
  }

  @Test
  void checkWhenSomethingStandsBesideItThenRefused() {
    String value = tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    for (String spelling :
        List.of(value + ' ', ' ' + value, value + '=', value.replace(".", ". "))) {
      assertThat(tokens.check(spelling)).isEmpty();
    }
  }

  @Test
  void checkWhenMadeElsewhereThenRefused(@TempDir Path directory) throws Exception {
    SignedTokens other = TestTokenKeys.tokens(directory.resolve("other.p12"), clock);
    String foreign = other.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null);
    assertThat(tokens.check(foreign)).isEmpty();
    String unsigned =
        new PlainJWT(new JWTClaimsSet.Builder().issuer(TestTokenKeys.ISSUER).build()).serialize();
    assertThat(tokens.check(unsigned)).isEmpty();
    String[] parts = foreign.split("\\.");
    String header = new JWSHeader.Builder(JWSAlgorithm.HS256).build().toBase64URL().toString();
    assertThat(tokens.check(header + '.' + parts[1] + '.' + parts[2])).isEmpty();
  }

  @Test
  void checkWhenGarbageThenRefused() {
    for (String garbage : List.of("", ".", "..", "a.b.c", "e30.e30.e30", "x".repeat(100_000))) {
      assertThat(tokens.check(garbage)).isEmpty();
    }
  }

  @Test
  void issuedAtWhenMadeThenTheMillisecondAndUnique() {
    Instant now = Instant.parse("2026-11-01T10:00:00.123Z");
    String one = TokenId.at(now, new SecureRandom());
    assertThat(TokenId.issuedAt(one)).isEqualTo(now);
    assertThat(java.util.UUID.fromString(one).variant()).isEqualTo(2);
    assertThat(TokenId.at(now, new SecureRandom())).isNotEqualTo(one);
  }
}
