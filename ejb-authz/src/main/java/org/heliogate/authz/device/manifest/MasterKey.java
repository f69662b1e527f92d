package org.heliogate.authz.device.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * A master public key that has been checked: of an allowed kind, strong enough, and a real point of
 * its curve.
 *
 * @param key the key
 * @param spki its SubjectPublicKeyInfo in DER, re-encoded, so that a key has one encoding
 * @param type its kind
 */
@SuppressWarnings("ArrayRecordComponent")
record MasterKey(PublicKey key, byte[] spki, MasterKeyType type) {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_RSA_EXPONENT_BITS = 64;
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");
  private static final List<String> PRIVATE_MEMBERS =
      List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final Map<String, MasterKeyType> CURVES =
      Map.of("secp256r1", MasterKeyType.EC_P256, "secp384r1", MasterKeyType.EC_P384);
  private static final String KINDS =
      "public_key is not RSA, EC P-256, EC P-384 or Ed25519, or is malformed";

  /** Reads {@code -----BEGIN PUBLIC KEY-----}; white space within it does not matter. */
  static MasterKey ofPem(String pem) throws FaultyLineException {
    if (pem.contains("PRIVATE KEY")) {
      throw new FaultyLineException(
          "public_key is a private key, which must now be taken for disclosed");
    }
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.matches()) {
      throw new FaultyLineException(
          "public_key is neither one PEM block PUBLIC KEY (SPKI) nor a JWK");
    }
    try {
      return ofSpki(Base64.getDecoder().decode(matcher.group(1).replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      throw new FaultyLineException("public_key is not base64 within its PEM block");
    }
  }

  /** Reads a JSON Web Key (RFC 7517); a private or symmetric one is refused. */
  static MasterKey ofJwk(JsonNode jwk) throws FaultyLineException {
    if (PRIVATE_MEMBERS.stream().anyMatch(jwk::has)) {
      throw new FaultyLineException(
          "public_key is a private or symmetric JWK, which must now be taken for disclosed");
    }
    try {
      JWK parsed = JWK.parse(jwk.toString());
      if (parsed instanceof RSAKey rsa) {
        return of(rsa.toRSAPublicKey());
      }
      if (parsed instanceof ECKey ec) {
        return of(ec.toECPublicKey());
      }
      if (parsed instanceof OctetKeyPair okp && "Ed25519".equals(okp.getCurve().getName())) {
        return ofEd25519(okp.getDecodedX());
      }
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      throw new FaultyLineException("public_key is not a valid JWK");
    }
    throw new FaultyLineException(KINDS);
  }

  private static MasterKey ofSpki(byte[] spki) throws FaultyLineException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(spki);
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      PublicKey key = decode(algorithm, encoded);
      if (key != null) {
        return of(key);
      }
    }
    throw new FaultyLineException(KINDS);
  }

  /** The key; null if it is not one of the algorithm. */
  private static @Nullable PublicKey decode(String algorithm, X509EncodedKeySpec encoded) {
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(encoded);
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm + " keys", e);
    }
  }

  private static MasterKey of(PublicKey key) throws FaultyLineException {
    if (key instanceof RSAPublicKey rsa) {
      return ofRsa(rsa);
    }
    if (key instanceof ECPublicKey ec) {
      return ofEc(ec);
    }
    if (key instanceof EdECPublicKey
        && key.getEncoded().length == ED25519_PREFIX.length + Ed25519.PUBLIC_KEY_SIZE) {
      byte[] spki = key.getEncoded();
      return ofEd25519(Arrays.copyOfRange(spki, ED25519_PREFIX.length, spki.length));
    }
    throw new FaultyLineException(KINDS);
  }

  private static MasterKey ofRsa(RSAPublicKey key) throws FaultyLineException {
    BigInteger modulus = key.getModulus();
    BigInteger exponent = key.getPublicExponent();
    if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS) {
      throw new FaultyLineException(
          "public_key is RSA with less than "
              + MIN_RSA_BITS
              + " or more than "
              + MAX_RSA_BITS
              + " bits");
    }
    if (!modulus.testBit(0)
        || !exponent.testBit(0)
        || exponent.compareTo(BigInteger.valueOf(3)) < 0
        || exponent.bitLength() > MAX_RSA_EXPONENT_BITS) {
      throw new FaultyLineException("public_key is RSA with an impossible modulus or exponent");
    }
    return generate("RSA", new RSAPublicKeySpec(modulus, exponent), MasterKeyType.RSA);
  }

  private static MasterKey ofEc(ECPublicKey key) throws FaultyLineException {
    for (Map.Entry<String, MasterKeyType> curve : CURVES.entrySet()) {
      ECParameterSpec parameters = parameters(curve.getKey());
      if (parameters.getCurve().equals(key.getParams().getCurve())
          && parameters.getGenerator().equals(key.getParams().getGenerator())
          && parameters.getOrder().equals(key.getParams().getOrder())
          && parameters.getCofactor() == key.getParams().getCofactor()) {
        if (!isOnCurve(key.getW(), parameters)) {
          throw new FaultyLineException("public_key is not a point of its curve");
        }
        return generate("EC", new ECPublicKeySpec(key.getW(), parameters), curve.getValue());
      }
    }
    throw new FaultyLineException(KINDS);
  }

  private static MasterKey ofEd25519(byte[] point) throws FaultyLineException {
    if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
      throw new FaultyLineException("public_key is not a point of its curve, or a weak one");
    }
    byte[] spki = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + point.length);
    System.arraycopy(point, 0, spki, ED25519_PREFIX.length, point.length);
    return generate(
        NamedParameterSpec.ED25519.getName(), new X509EncodedKeySpec(spki), MasterKeyType.ED25519);
  }

  /** The cofactor of both curves is 1, so a point of the curve is a point of the group. */
  private static boolean isOnCurve(ECPoint point, ECParameterSpec parameters) {
    if (point.equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.pow(2)
            .add(parameters.getCurve().getA())
            .multiply(x)
            .add(parameters.getCurve().getB())
            .mod(p);
    return y.pow(2).mod(p).equals(right);
  }

  private static ECParameterSpec parameters(String curve) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curve));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + curve, e);
    }
  }

  private static MasterKey generate(String algorithm, KeySpec spec, MasterKeyType type)
      throws FaultyLineException {
    try {
      PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(spec);
      return new MasterKey(key, key.getEncoded(), type);
    } catch (GeneralSecurityException e) {
      throw new FaultyLineException(KINDS);
    }
  }
}
