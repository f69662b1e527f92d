package org.heliogate.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;

/**
 * The ways to attack a JOSE object in compact form (RFC 7515 §3.1, RFC 7516 §3.1; RFC 8725):
 * another algorithm, keys and key names of the attacker's choice, critical and compressing headers,
 * parts that are lost, exchanged or encoded otherwise.
 */
public final class CompactText {

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final String[] ALGORITHMS = {
    "none",
    "NONE",
    "nOnE",
    "",
    "HS256",
    "HS512",
    "ES256",
    "ES384",
    "ES256K",
    "ES512",
    "RS256",
    "PS256",
    "EdDSA",
    "Ed25519",
    "dir",
    "RSA1_5",
    "RSA-OAEP",
    "ECDH-ES",
    "PBES2-HS256+A128KW",
    "x"
  };
  private static final String[] HEADERS = {
    "\"alg\":\"none\"",
    "\"alg\":null",
    "\"alg\":1",
    "\"enc\":\"A128CBC-HS256\"",
    "\"enc\":\"none\"",
    "\"kid\":\"../../../../dev/null\"",
    "\"kid\":\"x' union select 'a\"",
    "\"kid\":\"\\u0000\"",
    "\"kid\":{}",
    "\"crit\":[\"exp\"]",
    "\"crit\":[]",
    "\"crit\":[\"b64\"],\"b64\":false",
    "\"b64\":false",
    "\"zip\":\"DEF\"",
    "\"zip\":\"x\"",
    "\"p2c\":2147483647,\"p2s\":\"AAAA\"",
    "\"jku\":\"http://127.0.0.1:1/keys\"",
    "\"x5u\":\"file:///dev/zero\"",
    "\"x5c\":[\"AAAA\"]",
    "\"x5t#S256\":\"AAAA\"",
    "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}",
    "\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
    "\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"Aw\"}",
    "\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
    "\"apu\":1",
    "\"iv\":\"AAAA\",\"tag\":\"AAAA\"",
    "\"typ\":\"JWT\"",
    "\"typ\":1",
    "\"cty\":\"JWT\""
  };

  private CompactText() {}

  /** A member for a header, or several, as JSON without braces. */
  public static String header(Chance chance) {
    return chance.oneIn(6) ? "\"alg\":\"" + chance.of(ALGORITHMS) + '"' : chance.of(HEADERS);
  }

  /** The object attacked; almost always another text. */
  public static String mutated(Chance chance, String compact) {
    List<String> parts = new ArrayList<>(Arrays.asList(compact.split("\\.", -1)));
    int at = chance.below(parts.size());
    switch (chance.below(10)) {
      case 0 -> parts.set(0, encoded(withMember(decoded(parts.get(0)), header(chance))));
      case 1 -> parts.set(0, encoded(withAlgorithm(decoded(parts.get(0)), chance.of(ALGORITHMS))));
      case 2 -> parts.set(at, encoded(Mutations.text(chance, decoded(parts.get(at)))));
      case 3 -> parts.set(at, chance.of("", "=", "e30", "AAAA", encoded(chance.text())));
      case 4 -> parts.remove(at);
      case 5 -> parts.add(at, parts.get(chance.below(parts.size())));
      case 6 -> parts.set(at, otherwise(chance, parts.get(at)));
      case 7 -> parts.set(at, ENCODER.encodeToString(chance.bytes(600)));
      default -> {
        return Mutations.text(chance, compact);
      }
    }
    return String.join(".", parts);
  }

  /** The same part in another spelling, or a little too short or long. */
  private static String otherwise(Chance chance, String part) {
    return switch (chance.below(6)) {
      case 0 -> part + '=';
      case 1 -> part + "==";
      case 2 -> part.replace('-', '+').replace('_', '/');
      case 3 -> part + chance.of("A", "\n", " ", "!", "\u00e9");
      case 4 -> part.substring(0, Math.max(0, part.length() - 1));
      default -> ' ' + part;
    };
  }

  private static String withMember(String json, String member) {
    return json.startsWith("{") ? "{" + member + "," + json.substring(1) : "{" + member + "}";
  }

  private static String withAlgorithm(String json, String algorithm) {
    return json.replaceAll(
        "\"alg\":\"[^\"]*\"", Matcher.quoteReplacement("\"alg\":\"" + algorithm + "\""));
  }

  private static String encoded(String text) {
    return ENCODER.encodeToString(text.getBytes(UTF_8));
  }

  private static String decoded(String part) {
    return new String(Base64.getUrlDecoder().decode(part), UTF_8);
  }
}
