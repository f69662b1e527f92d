package org.heliogate.authz.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A DPoP proof in the making: good unless a test changes something. */
public final class ProofOfTests {

  public static final String URI = "https://localhost:8443/csr";

  private final KeyPair pair;
  private final JWK jwk;
  private final JWSAlgorithm algorithm;
  private final JWTClaimsSet.Builder claims;
  private JOSEObjectType type = new JOSEObjectType("dpop+jwt");
  private PrivateKey signingKey;

  private ProofOfTests(KeyPair pair, JWK jwk, JWSAlgorithm algorithm, Instant now) {
    this.pair = pair;
    this.jwk = jwk;
    this.algorithm = algorithm;
    this.signingKey = pair.getPrivate();
    this.claims =
        new JWTClaimsSet.Builder()
            .jwtID(UUID.randomUUID().toString())
            .claim("htm", "POST")
            .claim("htu", URI)
            .issueTime(Date.from(now));
  }

  /** A proof by a new P-256 key. */
  public static ProofOfTests es256(Instant now) {
    return ec(Curve.P_256, JWSAlgorithm.ES256, now);
  }

  static ProofOfTests ec(Curve curve, JWSAlgorithm algorithm, Instant now) {
    KeyPair pair = pair("EC", new ECGenParameterSpec(curve.getStdName()));
    return new ProofOfTests(
        pair, new ECKey.Builder(curve, (ECPublicKey) pair.getPublic()).build(), algorithm, now);
  }

  static ProofOfTests rsa(int bits, JWSAlgorithm algorithm, Instant now) {
    KeyPair pair = pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    return new ProofOfTests(
        pair, new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build(), algorithm, now);
  }

  static ProofOfTests ed25519(JWSAlgorithm algorithm, Instant now) {
    KeyPair pair = pair("Ed25519", null);
    byte[] spki = pair.getPublic().getEncoded();
    Base64URL x = Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
    return new ProofOfTests(
        pair, new OctetKeyPair.Builder(Curve.Ed25519, x).build(), algorithm, now);
  }

  ProofOfTests type(String value) {
    this.type = new JOSEObjectType(value);
    return this;
  }

  /** A claim in place of what is there; null for none. */
  public ProofOfTests claim(String name, @Nullable Object value) {
    claims.claim(name, value);
    return this;
  }

  ProofOfTests signedBy(ProofOfTests other) {
    this.signingKey = other.pair.getPrivate();
    return this;
  }

  /** The thumbprint of its key. */
  public String thumbprint() {
    try {
      return jwk.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  JWSHeader header() {
    return new JWSHeader.Builder(algorithm).type(type).jwk(jwk).build();
  }

  JWTClaimsSet claims() {
    return claims.build();
  }

  /** The proof on the wire. */
  public String value() {
    return value(header());
  }

  String value(JWSHeader header) {
    try {
      SignedJWT jwt = new SignedJWT(header, claims.build());
      jwt.sign(signer());
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whatever header and claims, signed by its key. */
  String value(String header, String claims) {
    String input = Base64URL.encode(header) + "." + Base64URL.encode(claims);
    try {
      return input + '.' + signer().sign(header(), input.getBytes(US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private JWSSigner signer() throws JOSEException {
    if (jwk instanceof ECKey ec) {
      return new ECDSASigner(signingKey, ec.getCurve());
    }
    return jwk instanceof RSAKey ? new RSASSASigner(signingKey, true) : new Ed25519(signingKey);
  }

  private static final class Ed25519 extends EdDSAProvider implements JWSSigner {

    private final PrivateKey key;

    Ed25519(PrivateKey key) {
      this.key = key;
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] signingInput) throws JOSEException {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(signingInput);
        return Base64URL.encode(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new JOSEException("Ed25519", e);
      }
    }
  }

  private static KeyPair pair(String algorithm, @Nullable AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (parameters != null) {
        generator.initialize(parameters);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
