package org.heliogate.authz.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.heliogate.authz.assertion.Ed25519JwsVerifier;

/**
 * The public key in a proof's header (RFC 9449 §4.2): RSA of 2,048 to 4,096 bits, P-256, P-384 or
 * Ed25519, as the header's algorithm asks.
 *
 * @param verifier what checks signatures by it
 * @param thumbprint its SHA-256 thumbprint (RFC 7638), base64url
 */
record ProofKey(JWSVerifier verifier, String thumbprint) {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 4096;
  private static final int MAX_RSA_EXPONENT_BITS = 64;

  /** What precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410 §4). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /**
   * The key of a header.
   *
   * @throws JOSEException if there is none, or none that is fit for the header's algorithm
   */
  static ProofKey of(JWSHeader header) throws JOSEException {
    JWK jwk = header.getJWK();
    if (jwk == null || jwk.isPrivate()) {
      throw new JOSEException("the header has no public key");
    }
    return new ProofKey(verifier(header, jwk), jwk.computeThumbprint().toString());
  }

  private static JWSVerifier verifier(JWSHeader header, JWK jwk) throws JOSEException {
    DefaultJWSVerifierFactory factory = new DefaultJWSVerifierFactory();
    if (jwk instanceof ECKey ec) {
      return factory.createJWSVerifier(header, ec.toECPublicKey());
    }
    if (jwk instanceof RSAKey rsa) {
      return factory.createJWSVerifier(header, strong(rsa.toRSAPublicKey()));
    }
    if (jwk instanceof OctetKeyPair okp && Curve.Ed25519.equals(okp.getCurve())) {
      return ed25519(okp.getDecodedX());
    }
    throw new JOSEException("the key is of another kind");
  }

  private static RSAPublicKey strong(RSAPublicKey key) throws JOSEException {
    BigInteger exponent = key.getPublicExponent();
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS
        || bits > MAX_RSA_BITS
        || exponent.bitLength() > MAX_RSA_EXPONENT_BITS
        || exponent.bitLength() < 2
        || !exponent.testBit(0)) {
      throw new JOSEException("the RSA key is too short, too long or no key");
    }
    return key;
  }

  private static JWSVerifier ed25519(byte[] point) throws JOSEException {
    byte[] spki = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + point.length);
    System.arraycopy(point, 0, spki, ED25519_PREFIX.length, point.length);
    try {
      return new Ed25519JwsVerifier(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    } catch (GeneralSecurityException e) {
      throw new JOSEException("the Ed25519 key is no key", e);
    }
  }
}
