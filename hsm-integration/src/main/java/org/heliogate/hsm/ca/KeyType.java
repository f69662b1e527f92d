package org.heliogate.hsm.ca;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.heliogate.hsm.ca.InvalidCertificationRequestException.Reason;

/**
 * A kind of public key that may be certified. Everything else is refused: other curves, curves
 * given by explicit parameters, Ed25519 and Ed448 (the resource servers' TLS stacks differ in
 * them), DSA, RSA under 2048 or over 4096 bits.
 */
public enum KeyType {
  /** ECDSA on the curve P-256. */
  EC_P256,
  /** ECDSA on the curve P-384. */
  EC_P384,
  /** RSA with 2048 to 4096 bits and an odd public exponent from 65537 to 64 bits. */
  RSA;

  private static final int RSA_MIN_BITS = 2048;
  private static final int RSA_MAX_BITS = 4096;
  private static final BigInteger RSA_MIN_EXPONENT = BigInteger.valueOf(65537);
  private static final int RSA_MAX_EXPONENT_BITS = 64;

  /**
   * Checks a public key and says what it is. An elliptic-curve point is checked to be on its curve.
   *
   * @throws InvalidCertificationRequestException if the key is of no kind here, too weak or no
   *     valid key
   */
  static KeyType of(SubjectPublicKeyInfo key) throws InvalidCertificationRequestException {
    AlgorithmIdentifier algorithm = key.getAlgorithm();
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      KeyType type = curve(algorithm.getParameters());
      decoded(key);
      return type;
    }
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      checkRsa(decoded(key));
      return RSA;
    }
    throw new InvalidCertificationRequestException(
        Reason.KEY_TYPE, "the key is neither EC nor RSA but " + oid.getId());
  }

  /** The size of an RSA key that {@link #of} took. */
  static int rsaBits(SubjectPublicKeyInfo key) {
    try {
      return RSAPublicKey.getInstance(key.parsePublicKey()).getModulus().bitLength();
    } catch (IOException e) {
      throw new IllegalArgumentException("the RSA key was not checked", e);
    }
  }

  private static KeyType curve(ASN1Encodable parameters)
      throws InvalidCertificationRequestException {
    if (SECObjectIdentifiers.secp256r1.equals(parameters)) {
      return EC_P256;
    }
    if (SECObjectIdentifiers.secp384r1.equals(parameters)) {
      return EC_P384;
    }
    throw new InvalidCertificationRequestException(
        Reason.KEY_TYPE, "the curve is neither P-256 nor P-384, by name");
  }

  private static void checkRsa(AsymmetricKeyParameter key)
      throws InvalidCertificationRequestException {
    if (!(key instanceof RSAKeyParameters rsa)) {
      throw new InvalidCertificationRequestException(Reason.KEY_INVALID, "this is no RSA key");
    }
    int bits = rsa.getModulus().bitLength();
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS) {
      throw new InvalidCertificationRequestException(
          Reason.KEY_SIZE, "an RSA key has 2048 to 4096 bits, this one has " + bits);
    }
    BigInteger exponent = rsa.getExponent();
    if (exponent.compareTo(RSA_MIN_EXPONENT) < 0
        || exponent.bitLength() > RSA_MAX_EXPONENT_BITS
        || !exponent.testBit(0)) {
      throw new InvalidCertificationRequestException(
          Reason.KEY_EXPONENT, "the RSA exponent is even, below 65537 or over 64 bits");
    }
  }

  private static AsymmetricKeyParameter decoded(SubjectPublicKeyInfo key)
      throws InvalidCertificationRequestException {
    try {
      return PublicKeyFactory.createKey(key);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new InvalidCertificationRequestException(
          Reason.KEY_INVALID, "the public key is not valid", e);
    }
  }
}
