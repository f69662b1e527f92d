package org.heliogate.authz.device.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heliogate.authz.device.manifest.Manifests.ED25519;
import static org.heliogate.authz.device.manifest.Manifests.P256;
import static org.heliogate.authz.device.manifest.Manifests.P384;
import static org.heliogate.authz.device.manifest.Manifests.P521;
import static org.heliogate.authz.device.manifest.Manifests.RSA_1024;
import static org.heliogate.authz.device.manifest.Manifests.RSA_2048;
import static org.heliogate.authz.device.manifest.Manifests.json;
import static org.heliogate.authz.device.manifest.Manifests.jwk;
import static org.heliogate.authz.device.manifest.Manifests.line;
import static org.heliogate.authz.device.manifest.Manifests.ndjson;
import static org.heliogate.authz.device.manifest.Manifests.pem;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

  @Test
  void nextWhenKeyIsAllowedThenSameKeyWhateverItsForm() {
    Map<KeyPair, MasterKeyType> allowed =
        Map.of(
            P256, MasterKeyType.EC_P256,
            P384, MasterKeyType.EC_P384,
            ED25519, MasterKeyType.ED25519,
            RSA_2048, MasterKeyType.RSA);

    allowed.forEach(
        (keys, type) -> {
          String pem = pem(keys);
          for (String form :
              new String[] {json(pem), json(pem.replace("\n", "")), jwk(keys), json(jwk(keys))}) {
            SecureElementRecord element = Manifests.element(ndjson(line(form, "")).get(0));
            assertThat(element.publicKey()).isEqualTo(keys.getPublic());
            assertThat(element.publicKeySpki()).isEqualTo(keys.getPublic().getEncoded());
            assertThat(element.keyType()).isEqualTo(type);
          }
        });
    assertThat(MasterKeyType.RSA.jwsAlgorithms()).containsExactlyInAnyOrder("RS256", "PS256");
  }

  @Test
  void nextWhenKeyIsWeakOrOfAnotherKindThenFault() {
    assertFault(json(pem(RSA_1024)), "less than 2048");
    assertFault(jwk(RSA_1024), "less than 2048");
    assertFault(json(pem(P521)), "not RSA, EC P-256");
    assertFault(jwk(P521), "not RSA, EC P-256");
    assertFault("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"}", "not RSA");
  }

  @Test
  void nextWhenRsaNumbersAreImpossibleThenFault() throws Exception {
    BigInteger modulus = ((RSAPublicKey) RSA_2048.getPublic()).getModulus();
    KeyFactory factory = KeyFactory.getInstance("RSA");

    for (RSAPublicKeySpec spec :
        new RSAPublicKeySpec[] {
          new RSAPublicKeySpec(modulus.clearBit(0), BigInteger.valueOf(65537)),
          new RSAPublicKeySpec(modulus, BigInteger.valueOf(65536)),
          new RSAPublicKeySpec(modulus, BigInteger.ONE.shiftLeft(65).add(BigInteger.ONE)),
        }) {
      assertFault(json(pem(factory.generatePublic(spec).getEncoded())), "impossible");
    }
    BigInteger huge = BigInteger.ONE.shiftLeft(8192).add(BigInteger.ONE);
    String jwk =
        "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
            + Base64.getUrlEncoder().withoutPadding().encodeToString(huge.toByteArray())
            + "\"}";
    assertFault(jwk, "public_key is");
  }

  @Test
  void nextWhenPointIsNotOnItsCurveThenFault() {
    byte[] spki = P256.getPublic().getEncoded();
    spki[spki.length - 1] ^= 1;
    assertFault(json(pem(spki)), "public_key is");

    assertFault(
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
            + "A".repeat(42)
            + "E\",\"y\":\""
            + "A".repeat(42)
            + "E\"}",
        "public_key is");
    byte[] ed25519 = new byte[32];
    assertFault(Manifests.ed25519Jwk(ed25519), "not a point of its curve, or a weak one");
    ed25519[0] = 1;
    assertFault(Manifests.ed25519Jwk(ed25519), "not a point of its curve, or a weak one");
    ed25519[0] = 2;
    assertFault(Manifests.ed25519Jwk(ed25519), "not a point of its curve, or a weak one");
    assertFault(Manifests.ed25519Jwk(new byte[31]), "public_key is");
  }

  @Test
  void nextWhenKeyIsPrivateThenFaultWithoutIt() {
    String d = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    assertFault(jwk(P256).replace("}", ",\"d\":\"" + d + "\"}"), "private");
    assertFault("{\"kty\":\"oct\",\"k\":\"" + d + "\"}", "symmetric");
    String pem = pem(P256.getPrivate().getEncoded()).replace("PUBLIC KEY", "PRIVATE KEY");
    assertFault(json(pem), "private");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "[]",
        "true",
        "null",
        "\"\"",
        "\"text\"",
        "{}",
        "{\"kty\":\"EC\"}",
        "{\"kty\":1}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\"}",
        "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}",
        "\"{\"",
        "\"{}{}\"",
        "\"-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----\"",
        "\"-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----\"",
        "\"-----BEGIN PUBLIC KEY-----A-----END PUBLIC KEY-----\"",
        "\"-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----\""
      })
  void nextWhenKeyIsNoneThenFault(String key) {
    assertFault(key, "public_key is ");
  }

  private static void assertFault(String key, String detail) {
    assertThat(ndjson(line(key, "")))
        .singleElement()
        .isInstanceOfSatisfying(
            ManifestLine.Fault.class, fault -> assertThat(fault.detail()).contains(detail));
  }
}
