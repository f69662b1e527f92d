package org.heliogate.authz.device.manifest;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys and lines for the tests of this package. */
final class Manifests {

  static final KeyPair P256 = keyPair("EC", "secp256r1");
  static final KeyPair P384 = keyPair("EC", "secp384r1");
  static final KeyPair P521 = keyPair("EC", "secp521r1");
  static final KeyPair ED25519 = keyPair("Ed25519", null);
  static final KeyPair RSA_2048 = keyPair("RSA", "2048");
  static final KeyPair RSA_1024 = keyPair("RSA", "1024");

  static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

  static String pem(KeyPair keys) {
    return pem(keys.getPublic().getEncoded());
  }

  static String pem(byte[] spki) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
        + "\n-----END PUBLIC KEY-----\n";
  }

  static String json(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  static String jwk(KeyPair keys) {
    if (keys.getPublic() instanceof RSAPublicKey rsa) {
      return new RSAKey.Builder(rsa).build().toJSONString();
    }
    if (keys.getPublic() instanceof ECPublicKey ec) {
      Curve curve = Curve.forECParameterSpec(ec.getParams());
      return new ECKey.Builder(curve, ec).build().toJSONString();
    }
    byte[] spki = keys.getPublic().getEncoded();
    return ed25519Jwk(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
  }

  static String ed25519Jwk(byte[] point) {
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
        + Base64.getUrlEncoder().withoutPadding().encodeToString(point)
        + "\"}";
  }

  /** A complete NDJSON line. */
  static String line(String id) {
    return "{\"master_id\":"
        + json(id)
        + ",\"public_key\":"
        + json(pem(P256))
        + ",\"pin\":\"493027\",\"otp_secret\":"
        + json(SECRET)
        + ",\"workflows\":[\"state-estimation\",\"metering\"],"
        + "\"attributes\":{\"site\":\"north\",\"line\":\"7\"}}";
  }

  /** A line whose public key is the JSON given and that has the further members given. */
  static String line(String publicKeyJson, String members) {
    return "{\"master_id\":\"SE-1\",\"public_key\":" + publicKeyJson + members + "}";
  }

  static List<ManifestLine> ndjson(String text) {
    return lines(ManifestReader.ofNdjson(stream(text), hash("k")));
  }

  static List<ManifestLine> csv(String text) {
    return lines(ManifestReader.ofCsv(stream(text), hash("k")));
  }

  static List<ManifestLine> lines(ManifestReader reader) {
    List<ManifestLine> lines = new ArrayList<>();
    reader.forEachRemaining(lines::add);
    return lines;
  }

  static SecureElementRecord element(ManifestLine line) {
    if (line instanceof ManifestLine.Element element) {
      return element.element();
    }
    throw new AssertionError(line.toString());
  }

  static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static Function<byte[], byte[]> hash(String key) {
    return content -> {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(content);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static KeyPair keyPair(
      String algorithm, @org.jspecify.annotations.Nullable String parameter) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA") && parameter != null) {
        generator.initialize(Integer.parseInt(parameter));
      } else if (parameter != null) {
        generator.initialize(new ECGenParameterSpec(parameter));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Manifests() {}
}
