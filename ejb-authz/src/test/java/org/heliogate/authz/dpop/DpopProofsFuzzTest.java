package org.heliogate.authz.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.StoredKeys;
import org.heliogate.authz.platform.StoredValues;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.heliogate.fuzz.JsonText;
import org.heliogate.fuzz.Mutations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DpopProofsFuzzTest {

  private static final String TOKEN = "eyJrIjoiMSJ9.tag";
  private static final Duration LONGEST = Duration.ofMinutes(7);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] URIS = {
    ProofOfTests.URI,
    ProofOfTests.URI,
    ProofOfTests.URI,
    "HTTPS://LOCALHOST:8443/%63sr?a=b#c",
    "https://localhost:8443/x/%2e%2e/csr",
    "https://localhost:8443/x%2f..%2fcsr",
    "https://localhost:8443/csr/",
    "https://localhost:8443",
    "https://localhost:8443@elsewhere.example/csr",
    "https://elsewhere.example/csr"
  };

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final MutableClock clock = new MutableClock();
  private final DpopNonces nonces =
      new DpopNonces(new TokenKeyRing(new StoredKeys(DATABASE, clock), clock), clock);
  private final DpopProofs proofs = new DpopProofs(nonces, StoredValues.in(DATABASE, clock), clock);
  private final String nonce = nonces.fresh();
  private final List<ProofOfTests> keys =
      List.of(
          ProofOfTests.es256(clock.instant()),
          ProofOfTests.ed25519(JWSAlgorithm.EdDSA, clock.instant()),
          ProofOfTests.ec(Curve.P_384, JWSAlgorithm.ES384, clock.instant()),
          ProofOfTests.rsa(2048, JWSAlgorithm.RS256, clock.instant()));

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void verifyWhenAttackedThenProvesOnlyWhatWasSigned() {
    List<String> good =
        keys.stream()
            .map(key -> key.claim("nonce", nonce).claim("ath", Digests.sha256(TOKEN)).value())
            .toList();
    Cases.each(
        chance -> {
          int which = chance.below(good.size());
          String one = good.get(which);
          String attack = CompactText.mutated(chance, one);
          Optional<DpopProof> proven =
              verify(
                  chance,
                  List.of(attack),
                  TOKEN,
                  // A refusal for the nonce means that the claims are others.
                  !List.of(attack.split("\\.")).contains(one.split("\\.")[1]));
          if (proven.isPresent()) {
            assertThat(attack).startsWith(one.substring(0, one.lastIndexOf('.') + 1));
            assertThat(proven.get().keyThumbprint()).isEqualTo(keys.get(which).thumbprint());
            assertThat(proven.get().id()).isEqualTo(keys.get(which).claims().getJWTID());
          }
        });
  }

  @Test
  void verifyWhenTheHolderOfTheKeyIsHostileThenRefusedOrWithinTheRules() {
    Cases.each(
        chance -> {
          ProofOfTests key = some(chance);
          String claims = encodable(claims(chance).mutated(chance).broken(chance));
          String proof =
              key.value(header(chance, key, chance.oneIn(8) ? chance.of(keys) : key), claims);
          String token = chance.oneIn(2) ? TOKEN : null;
          verify(chance, List.of(proof), token, !text(claims, "nonce").equals(Optional.of(nonce)))
              .ifPresent(proven -> checkRules(proven, proof, claims, token));
        });
  }

  @Test
  void verifyWhenTheKeyInTheHeaderIsAnothersThenRefused() {
    List<String> thefts = new ArrayList<>();
    for (ProofOfTests thief : keys) {
      for (ProofOfTests victim : keys) {
        if (thief != victim) {
          thefts.add(thief.value(header(thief, victim), good("1")));
          thefts.add(thief.value(header(victim, victim), good("2")));
        }
      }
    }
    Cases.each(
        chance -> {
          boolean mutated = chance.oneIn(2);
          String theft = chance.of(thefts);
          String proof = mutated ? CompactText.mutated(chance, theft) : theft;
          assertThat(verify(chance, List.of(proof), null, mutated)).as(proof).isEmpty();
        });
  }

  @Test
  void verifyWhenPublicKeyIsTakenForASecretThenRefused() {
    Cases.each(
        chance -> {
          String jwk = chance.of(keys).header().getJWK().toJSONString();
          String algorithm = chance.of("HS256", "HS384", "HS512", "none", "hs256", "ES256");
          byte[] secret = chance.of(jwk.getBytes(US_ASCII), new byte[32]);
          String symmetric = "{\"kty\":\"oct\",\"k\":\"" + Base64URL.encode(secret) + "\"}";
          String header =
              "{\"typ\":\"dpop+jwt\",\"alg\":\"%s\",\"jwk\":%s}"
                  .formatted(algorithm, chance.of(jwk, symmetric));
          String input = Base64URL.encode(header) + "." + Base64URL.encode(good(chance.secret()));
          String proof = input + '.' + (chance.oneIn(8) ? "" : maced(chance, secret, input));
          assertThat(verify(chance, List.of(proof), null, false)).as(proof).isEmpty();
        });
  }

  @Test
  void verifyWhenFieldIsNoiseOrNotAloneThenRefused() {
    String good = keys.get(0).claim("nonce", nonce).value();
    Cases.each(
        chance -> {
          String noise = chance.oneIn(4) ? JsonText.value(chance) : chance.noise(9_000);
          List<String> fields =
              chance.of(
                  List.of(),
                  List.of(noise),
                  List.of(good, noise),
                  List.of(noise, good),
                  List.of(good + "," + noise),
                  List.of(good, good));
          assertThat(verify(chance, fields, null, false)).isEmpty();
        });
  }

  /** Mostly the key that signs fastest. */
  private ProofOfTests some(Chance chance) {
    return chance.oneIn(20) ? chance.of(keys) : keys.get(0);
  }

  private JsonText claims(Chance chance) {
    long now = clock.instant().getEpochSecond();
    String uri = chance.of(URIS);
    JsonText claims =
        JsonText.object()
            .withText("jti", chance.secret())
            .withText("htm", chance.oneIn(10) ? chance.of("post", "GET", "POST ") : "POST")
            .withText("htu", chance.oneIn(10) ? Mutations.text(chance, uri) : uri)
            .withText("nonce", chance.oneIn(10) ? Mutations.text(chance, nonce) : nonce)
            .with(
                "iat",
                chance.oneIn(10) ? chance.number() : Long.toString(now + chance.below(500) - 400));
    return chance.oneIn(2)
        ? claims
        : claims.withText("ath", Digests.sha256(TOKEN) + chance.of("", "", "", "=", " "));
  }

  /** What bytes can carry of a text: half a character is signed as a question mark. */
  private static String encodable(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  /** Claims that nothing is wrong with. */
  private String good(String jti) {
    return JsonText.object()
        .withText("jti", jti)
        .withText("htm", "POST")
        .withText("htu", ProofOfTests.URI)
        .withText("nonce", nonce)
        .with("iat", Long.toString(clock.instant().getEpochSecond()))
        .toString();
  }

  /** A header with the algorithm of one key and the same or another one as its own. */
  private static String header(ProofOfTests algorithm, ProofOfTests key) {
    return "{\"typ\":\"dpop+jwt\",\"alg\":\"%s\",\"jwk\":%s}"
        .formatted(
            algorithm.header().getAlgorithm().getName(), key.header().getJWK().toJSONString());
  }

  /** Such a header, often attacked. */
  private static String header(Chance chance, ProofOfTests algorithm, ProofOfTests key) {
    String jwk = key.header().getJWK().toJSONString();
    if (chance.oneIn(8)) {
      String member =
          chance.of(
              "\"d\":\"AAAA\"",
              "\"k\":\"AAAA\"",
              "\"x\":\"AAAA\"",
              "\"crv\":\"P-521\"",
              "\"crv\":\"secp256k1\"",
              "\"kty\":\"oct\"",
              "\"n\":\"AAAA\",\"e\":\"AA\"",
              "\"x5c\":[\"AAAA\"]",
              "\"x5u\":\"file:///dev/zero\"",
              "\"use\":\"enc\"",
              "\"key_ops\":[\"encrypt\"]",
              "\"exp\":1");
      jwk = chance.oneIn(2) ? jwk.replace("}", "," + member + "}") : "{" + member + "}";
    }
    JsonText header =
        JsonText.object()
            .withText("typ", "dpop+jwt")
            .withText("alg", algorithm.header().getAlgorithm().getName())
            .with("jwk", jwk);
    String text = chance.oneIn(2) ? header.toString() : header.mutated(chance).broken(chance);
    return chance.oneIn(4)
        ? text.replaceFirst("\\{", Matcher.quoteReplacement("{" + CompactText.header(chance) + ","))
        : text;
  }

  private void checkRules(DpopProof proven, String proof, String claims, @Nullable String token) {
    // One key has a few spellings in base64url; what was signed counts.
    assertThat(proven.keyThumbprint()).isEqualTo(thumbprint(proof));
    assertThat(proven.id()).isNotEmpty().hasSizeLessThanOrEqualTo(128);
    assertThat(proven.expiresAt())
        .isAfter(clock.instant())
        .isBeforeOrEqualTo(clock.instant().plus(LONGEST));
    assertThat(text(claims, "jti")).contains(proven.id());
    assertThat(text(claims, "htm")).contains("POST");
    assertThat(text(claims, "nonce")).contains(nonce);
    assertThat(text(claims, "ath"))
        .isEqualTo(Optional.ofNullable(token).map(shown -> Digests.sha256(shown)));
    assertThat(text(claims, "htu").map(DpopProofsFuzzTest::target)).contains(ProofOfTests.URI);
  }

  private static String thumbprint(String proof) {
    try {
      return SignedJWT.parse(proof).getHeader().getJWK().computeThumbprint().toString();
    } catch (ParseException | JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** A member of a JSON object, the last one of its name. */
  private static Optional<String> text(String json, String name) {
    try {
      return Optional.ofNullable(JSON.readTree(json))
          .map(tree -> tree.get(name))
          .map(JsonNode::textValue);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String target(String text) {
    try {
      URI uri = new URI(text);
      return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null)
          .normalize()
          .toString()
          .replaceFirst("(?i)^https://localhost:", "https://localhost:");
    } catch (URISyntaxException e) {
      return e.toString();
    }
  }

  /**
   * What fields prove; any exception but the declared one fails the case.
   *
   * @param nonceToo whether a refusal for the nonce alone is in order
   */
  private Optional<DpopProof> verify(
      Chance chance, List<String> fields, @Nullable String token, boolean nonceToo) {
    try {
      return Optional.of(proofs.verify(new DpopRequest(fields, "POST", ProofOfTests.URI), token));
    } catch (RequestException e) {
      chance.assertKept("refusal", String.valueOf(e.getMessage()));
      if (!nonceToo || e.code() != ErrorCode.USE_DPOP_NONCE) {
        assertThat(e.code()).as(String.valueOf(e)).isEqualTo(ErrorCode.INVALID_DPOP_PROOF);
      }
      return Optional.empty();
    }
  }

  private static Base64URL maced(Chance chance, byte[] secret, String input)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(chance.of("HmacSHA256", "HmacSHA384", "HmacSHA512"));
    mac.init(new SecretKeySpec(secret, "RAW"));
    return Base64URL.encode(mac.doFinal(input.getBytes(US_ASCII)));
  }
}
