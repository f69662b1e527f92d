package org.heliogate.authz.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.assertion.AssertionAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientKeysTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ECKey ONE = ec(Curve.P_256, "one");
  private static final ECKey TWO = ec(Curve.P_256, "two");
  private static final RSAKey RSA = rsa(2048);
  // RFC 8037 appendix A.2.
  private static final String ED25519 =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

  @Test
  void candidatesWhenKidIsNamedThenThatKeyAlone() throws Exception {
    ClientKeys keys = keys(ONE.toPublicJWK(), TWO.toPublicJWK());
    assertThat(keys.candidates(Optional.of("two"), AssertionAlgorithm.ES256))
        .containsExactly(TWO.toPublicKey());
    assertThat(keys.candidates(Optional.of("three"), AssertionAlgorithm.ES256)).isEmpty();
  }

  @Test
  void candidatesWhenNoKidIsNamedThenAllThatFitTheAlgorithm() throws Exception {
    ClientKeys keys = keys(ONE.toPublicJWK(), RSA.toPublicJWK(), TWO.toPublicJWK(), ED25519);
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.ES256))
        .containsExactly(ONE.toPublicKey(), TWO.toPublicKey());
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.PS256))
        .containsExactly(RSA.toPublicKey());
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.EDDSA)).hasSize(1);
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.ES384)).isEmpty();
  }

  @Test
  void candidatesWhenAKeyHasNoKidThenItMayBeAny() throws Exception {
    ClientKeys keys = keys(new ECKey.Builder(ONE).keyID(null).build().toPublicJWK());
    assertThat(keys.candidates(Optional.of("other"), AssertionAlgorithm.ES256)).hasSize(1);
  }

  @Test
  void candidatesWhenAKeyIsForOneAlgorithmThenNotForOthers() throws Exception {
    JsonNode bound = member(RSA.toPublicJWK(), "alg", "PS256");
    ClientKeys keys = keys(bound);
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.PS256)).hasSize(1);
    assertThat(keys.candidates(Optional.empty(), AssertionAlgorithm.RS256)).isEmpty();
  }

  @Test
  void storedWhenWrittenThenTheSameKeysWithoutWhatIsNotNeeded() throws Exception {
    JsonNode odd = member(member(ONE.toPublicJWK(), "x5t", "AAAA"), "use", "sig");
    ClientKeys keys = keys(odd);
    assertThat(keys.json()).doesNotContain("\"x5t\"").contains("\"kid\":\"one\"");
    ClientKeys again = ClientKeys.stored(keys.json());
    assertThat(again.json()).isEqualTo(keys.json());
    assertThat(again.candidates(Optional.of("one"), AssertionAlgorithm.ES256))
        .containsExactly(ONE.toPublicKey());
  }

  @Test
  void ofWhenPrivateThenRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> keys(ONE))
        .isInstanceOfSatisfying(
            InvalidKeysException.class,
            e -> {
              assertThat(e.fault("/jwks").path()).isEqualTo("/jwks/keys/0");
              assertThat(e.fault("/jwks").reason())
                  .contains("disclosed")
                  .doesNotContain(ONE.getD().toString());
            });
    refused("/keys/0", RSA);
    refused("/keys/0", "{\"kty\":\"oct\",\"k\":\"AAAA\"}");
  }

  @Test
  void ofWhenTwoKeysHaveOneNameThenRefused() {
    refused(
        "/keys/1", ONE.toPublicJWK(), new ECKey.Builder(TWO).keyID("one").build().toPublicJWK());
  }

  @Test
  void ofWhenWeakOrUnknownThenRefused() {
    refused("/keys/0", rsa(1024, true).toPublicJWK());
    refused("/keys/0", ec(Curve.P_521, "x").toPublicJWK());
    refused("/keys/0", ec(Curve.SECP256K1, "x").toPublicJWK());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/keys/0 | {\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
        "/keys/0 | {\"kty\":\"EC\",\"crv\":\"P-256\"}",
        "/keys/0 | {\"kty\":\"XX\"}",
        "/keys/0 | {}",
        "/keys/0 | []",
        "/keys/0 | 7",
        "/keys/0/kty | {\"kty\":7}",
        "/keys/0 | {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "/keys/0 | {\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
      })
  void ofWhenNoValidKeyThenRefused(String pointer, String key) {
    refused(pointer, key);
  }

  @Test
  void ofWhenAMemberSaysOtherwiseThenRefused() {
    refused("/keys/0/use", member(ONE.toPublicJWK(), "use", "enc"));
    refused("/keys/0/alg", member(ONE.toPublicJWK(), "alg", "RS256"));
    refused("/keys/0/alg", member(ONE.toPublicJWK(), "alg", "HS256"));
    refused("/keys/0/kid", member(ONE.toPublicJWK(), "kid", "k".repeat(129)));
    refused("/keys/0/key_ops", member(ONE.toPublicJWK(), "key_ops", "sign"));
  }

  @Test
  void ofWhenThereAreNoneOrTooManyThenRefused() {
    assertThatThrownBy(() -> keys()).isInstanceOf(InvalidKeysException.class);
    assertThatThrownBy(() -> keys(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8).toArray()))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("1 to 8");
    assertThatThrownBy(() -> ClientKeys.of(JSON.readTree("[]")))
        .isInstanceOf(InvalidKeysException.class);
  }

  @Test
  void ofWhenTooLongToBeKeptThenRefused() throws Exception {
    String modulus = RSA.getModulus().toString();
    int rest = 16_384 - keys(RSA.toPublicJWK()).json().length();
    assertThat(keys(member(RSA.toPublicJWK(), "n", "A".repeat(rest / 4 * 4) + modulus)).json())
        .hasSizeBetween(16_381, 16_384);
    refused("", member(RSA.toPublicJWK(), "n", "A".repeat(rest / 4 * 4 + 4) + modulus));
  }

  private static void refused(String pointer, Object... keys) {
    assertThatThrownBy(() -> keys(keys))
        .isInstanceOfSatisfying(
            InvalidKeysException.class, e -> assertThat(e.fault("").path()).isEqualTo(pointer));
  }

  private static JsonNode member(Object key, String name, String value) {
    try {
      com.fasterxml.jackson.databind.node.ObjectNode node =
          (com.fasterxml.jackson.databind.node.ObjectNode) JSON.readTree(key.toString());
      return node.put(name, value);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClientKeys keys(Object... keys) throws InvalidKeysException {
    StringBuilder set = new StringBuilder();
    for (Object key : keys) {
      set.append(set.isEmpty() ? "" : ",").append(key);
    }
    try {
      return ClientKeys.of(JSON.readTree("{\"keys\":[" + set + "]}"));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey ec(Curve curve, String id) {
    try {
      return new ECKeyGenerator(curve)
          .provider(new org.bouncycastle.jce.provider.BouncyCastleProvider())
          .keyID(id)
          .generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa(int bits) {
    return rsa(bits, false);
  }

  private static RSAKey rsa(int bits, boolean weak) {
    try {
      return new RSAKeyGenerator(bits, weak).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
