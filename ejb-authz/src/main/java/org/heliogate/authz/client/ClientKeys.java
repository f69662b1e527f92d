package org.heliogate.authz.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.heliogate.authz.assertion.AssertionAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * The public keys with which a client signs its assertions (RFC 7517 §5), checked: 1 to 8, each EC
 * P-256 or P-384, RSA from 2,048 to 4,096 bits, or Ed25519. Of a key only what is needed to verify
 * is kept. Immutable.
 */
public final class ClientKeys {

  private static final int MAX_KEYS = 8;
  private static final int MAX_KEY_ID = 128;

  /** What the database holds. */
  private static final int MAX_JSON = 16_384;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 4096;
  private static final int MAX_RSA_EXPONENT_BITS = 64;
  private static final BigInteger MIN_RSA_EXPONENT = BigInteger.valueOf(65_537);
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final List<String> SECRET_MEMBERS =
      List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
  private static final List<String> KEPT_MEMBERS =
      List.of("kty", "crv", "x", "y", "n", "e", "kid", "use", "alg");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String json;
  private final List<Entry> entries;

  private ClientKeys(String json, List<Entry> entries) {
    this.json = json;
    this.entries = entries;
  }

  private record Entry(@Nullable String id, @Nullable String algorithm, PublicKey key) {}

  /**
   * Checks a JWK set. Members that RFC 7517 does not know are passed over.
   *
   * @throws InvalidKeysException for the first key that cannot be registered, two of one name, or
   *     too long a set
   */
  public static ClientKeys of(JsonNode set) throws InvalidKeysException {
    JsonNode keys = set.path("keys");
    if (!keys.isArray() || keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new InvalidKeysException(
          "", "must be a JWK set: an object whose keys are 1 to " + MAX_KEYS + " public keys");
    }
    ArrayNode kept = JSON.createArrayNode();
    List<Entry> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      String pointer = "/keys/" + i;
      Entry entry = entry(keys.get(i), pointer);
      if (entry.id() != null && !ids.add(entry.id())) {
        throw new InvalidKeysException(pointer, "has the kid of another key");
      }
      entries.add(entry);
      kept.add(kept(keys.get(i)));
    }
    String json = JSON.createObjectNode().set("keys", kept).toString();
    if (json.length() > MAX_JSON) {
      throw new InvalidKeysException(
          "", "must have at most " + MAX_JSON + " characters, without what is not kept");
    }
    return new ClientKeys(json, List.copyOf(entries));
  }

  /** The keys that {@link #json()} described. */
  public static ClientKeys stored(String json) {
    try {
      return of(JSON.readTree(json));
    } catch (JsonProcessingException | InvalidKeysException e) {
      throw new IllegalStateException("stored keys are no keys any more", e);
    }
  }

  /** The set as it is stored and shown. */
  public String json() {
    return json;
  }

  /**
   * The keys that may have made a signature.
   *
   * @param id the {@code kid} that it names; empty if it names none. A key without one may be any
   * @param algorithm the {@code alg} that it names
   */
  public List<PublicKey> candidates(Optional<String> id, AssertionAlgorithm algorithm) {
    return entries.stream()
        .filter(entry -> id.isEmpty() || entry.id() == null || entry.id().equals(id.get()))
        .filter(
            entry ->
                entry.algorithm() == null
                    || AssertionAlgorithm.of(entry.algorithm())
                        .filter(algorithm::equals)
                        .isPresent())
        .map(Entry::key)
        .filter(algorithm::fits)
        .toList();
  }

  /** How many there are. */
  @Override
  public String toString() {
    return "ClientKeys[" + entries.size() + "]";
  }

  private static Entry entry(JsonNode jwk, String pointer) throws InvalidKeysException {
    if (!jwk.isObject()) {
      throw new InvalidKeysException(pointer, "must be a JWK");
    }
    if (SECRET_MEMBERS.stream().anyMatch(jwk::has)) {
      throw new InvalidKeysException(
          pointer, "is a private or symmetric key, which must now be taken for disclosed");
    }
    for (String member : KEPT_MEMBERS) {
      if (jwk.has(member) && !jwk.get(member).isTextual()) {
        throw new InvalidKeysException(pointer + "/" + member, "must be a text");
      }
    }
    String id = jwk.path("kid").textValue();
    if (id != null && (id.isEmpty() || id.length() > MAX_KEY_ID)) {
      throw new InvalidKeysException(
          pointer + "/kid", "must have 1 to " + MAX_KEY_ID + " characters");
    }
    if (!jwk.path("use").asText("sig").equals("sig")) {
      throw new InvalidKeysException(pointer + "/use", "must be sig, or left out");
    }
    if (jwk.has("key_ops") && !has(jwk.get("key_ops"), "verify")) {
      throw new InvalidKeysException(pointer + "/key_ops", "must have verify, or be left out");
    }
    PublicKey key = key(jwk, pointer);
    String algorithm = jwk.path("alg").textValue();
    if (algorithm != null
        && AssertionAlgorithm.of(algorithm).filter(known -> known.fits(key)).isEmpty()) {
      throw new InvalidKeysException(
          pointer + "/alg", "must be ES256, ES384, RS256, PS256 or EdDSA, and fit the key");
    }
    return new Entry(id, algorithm, key);
  }

  private static PublicKey key(JsonNode jwk, String pointer) throws InvalidKeysException {
    try {
      JWK parsed = JWK.parse(bare(jwk).toString());
      PublicKey key = null;
      if (parsed instanceof RSAKey rsa) {
        key = strong(rsa.toRSAPublicKey(), pointer);
      } else if (parsed instanceof ECKey ec) {
        key = ec.toECPublicKey();
      } else if (parsed instanceof OctetKeyPair okp && "Ed25519".equals(okp.getCurve().getName())) {
        key = ed25519(okp.getDecodedX(), pointer);
      }
      if (key != null) {
        for (AssertionAlgorithm algorithm : AssertionAlgorithm.values()) {
          if (algorithm.fits(key)) {
            return key;
          }
        }
      }
    } catch (ParseException
        | JOSEException
        | GeneralSecurityException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new InvalidKeysException(pointer, "is not a valid JWK");
    }
    throw new InvalidKeysException(pointer, "must be EC P-256 or P-384, RSA or Ed25519");
  }

  private static RSAPublicKey strong(RSAPublicKey key, String pointer) throws InvalidKeysException {
    BigInteger exponent = key.getPublicExponent();
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new InvalidKeysException(
          pointer, "must have " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " bits, for RSA");
    }
    if (!key.getModulus().testBit(0)
        || !exponent.testBit(0)
        || exponent.compareTo(MIN_RSA_EXPONENT) < 0
        || exponent.bitLength() > MAX_RSA_EXPONENT_BITS) {
      throw new InvalidKeysException(
          pointer, "must have an odd modulus and exponent, the latter from 65537 to 64 bits");
    }
    return key;
  }

  private static PublicKey ed25519(byte[] point, String pointer)
      throws InvalidKeysException, GeneralSecurityException {
    if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
      throw new InvalidKeysException(pointer, "is no point of its curve, or a weak one");
    }
    byte[] spki = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + point.length);
    System.arraycopy(point, 0, spki, ED25519_PREFIX.length, point.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
  }

  private static ObjectNode kept(JsonNode jwk) {
    ObjectNode kept = JSON.createObjectNode();
    KEPT_MEMBERS.stream().filter(jwk::has).forEach(member -> kept.set(member, jwk.get(member)));
    return kept;
  }

  /** The key alone, so that nothing else of it can be a fault. */
  private static ObjectNode bare(JsonNode jwk) {
    return kept(jwk).remove(List.of("kid", "use", "alg"));
  }

  private static boolean has(JsonNode array, String value) {
    for (JsonNode item : array) {
      if (item.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }
}
