package org.heliogate.device.element;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;

/** A kind of key pair that secure elements make, under its name in security profiles. */
public enum KeyAlgorithm {
  /** Elliptic curve over NIST P-256, signing with ECDSA and SHA-256. */
  EC_P256("EC-P256", "EC", 256, "SHA256withECDSA"),
  /** RSA with a modulus of 2048 bits, signing with PKCS#1 v1.5 and SHA-256. */
  RSA_2048("RSA-2048", "RSA", 2048, "SHA256withRSA");

  private final String profileName;
  private final String keyType;
  private final int bits;
  private final String signature;

  KeyAlgorithm(String profileName, String keyType, int bits, String signature) {
    this.profileName = profileName;
    this.keyType = keyType;
    this.bits = bits;
    this.signature = signature;
  }

  /** The name in a security profile's {@code key_algorithms}, for example {@code EC-P256}. */
  public String profileName() {
    return profileName;
  }

  /** The name that security profiles know, or nothing when this client does not make such keys. */
  public static Optional<KeyAlgorithm> named(String profileName) {
    return Arrays.stream(values()).filter(a -> a.profileName.equals(profileName)).findFirst();
  }

  /** Whether the key is of this kind. */
  public boolean accepts(PublicKey key) {
    if (key instanceof ECPublicKey ec) {
      return this == EC_P256 && ec.getParams().getOrder().bitLength() == bits;
    }
    return this == RSA_2048
        && key instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() >= bits;
  }

  /** The kind of an existing key, or nothing when it is none of these. */
  public static Optional<KeyAlgorithm> of(PublicKey key) {
    return Arrays.stream(values()).filter(a -> a.accepts(key)).findFirst();
  }

  String keyType() {
    return keyType;
  }

  int bits() {
    return bits;
  }

  String signature() {
    return signature;
  }
}
