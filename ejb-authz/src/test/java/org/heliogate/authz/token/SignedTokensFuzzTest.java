package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedTokensFuzzTest {

  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private final MutableClock clock = new MutableClock();
  private SignedTokens tokens;

  @BeforeEach
  void makeKeys(@TempDir Path directory) throws Exception {
    tokens = TestTokenKeys.tokens(directory.resolve("keys.p12"), clock);
  }

  @Test
  void checkWhenAttackedThenGoodOnlyIfItSaysTheSame() {
    TokenPermission permission = new TokenPermission("id-1", "album/1", Set.of("view", "edit"));
    List<String> issued =
        List.of(
            tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null),
            tokens.issueRequestingParty(
                "c-1", "rs-1", List.of(permission), Set.of(), LIFETIME, null));
    List<SignedToken> known =
        issued.stream().map(value -> tokens.check(value).orElseThrow()).toList();
    Cases.each(
        chance -> {
          String attack =
              chance.oneIn(10)
                  ? spliced(chance, issued)
                  : CompactText.mutated(chance, chance.of(issued));
          tokens.check(attack).ifPresent(token -> assertThat(token).as(attack).isIn(known));
        });
  }

  @Test
  void checkWhenSignedByAnotherKeyThenRefused() throws Exception {
    ECKey ours = tokens.publicKeys().getKeys().get(0).toECKey();
    ECKey theirs = new ECKeyGenerator(Curve.P_256).generate();
    JWTClaimsSet claims =
        SignedJWT.parse(tokens.issueProtection("c-1", Set.of("uma_protection"), LIFETIME, null))
            .getJWTClaimsSet();
    Cases.each(
        chance -> {
          String attack = signed(chance, ours, theirs, claims);
          assertThat(tokens.check(attack)).as(attack).isEmpty();
        });
  }

  /** The claims of a good token under a key that the attacker has. */
  private static String signed(Chance chance, ECKey ours, ECKey theirs, JWTClaimsSet claims)
      throws JOSEException, ParseException {
    boolean confused = chance.oneIn(2);
    JWSHeader.Builder header =
        new JWSHeader.Builder(confused ? JWSAlgorithm.HS256 : JWSAlgorithm.ES256)
            .type(new JOSEObjectType(chance.of("at+jwt", "AT+JWT", "application/at+jwt", "JWT")))
            .keyID(chance.of(ours.getKeyID(), theirs.getKeyID(), chance.noise(20)));
    if (chance.oneIn(2)) {
      header.jwk(chance.of(ours, theirs).toPublicJWK());
    }
    if (chance.oneIn(4)) {
      header.customParam("x", Map.of("a", chance.noise(9)));
    }
    SignedJWT token = new SignedJWT(header.build(), claims);
    token.sign(signer(confused, ours, theirs));
    return token.serialize();
  }

  /** What everybody can sign with: a key of one's own, or our public key taken as a MAC key. */
  private static JWSSigner signer(boolean confused, ECKey ours, ECKey theirs) throws JOSEException {
    return confused
        ? new MACSigner(ours.toPublicJWK().toJSONString().getBytes(UTF_8))
        : new ECDSASigner(theirs);
  }

  /** Header, claims and signature of several good tokens. */
  private static String spliced(Chance chance, List<String> issued) {
    return chance.of(issued).split("\\.")[0]
        + '.'
        + chance.of(issued).split("\\.")[1]
        + '.'
        + chance.of(issued).split("\\.")[2];
  }
}
