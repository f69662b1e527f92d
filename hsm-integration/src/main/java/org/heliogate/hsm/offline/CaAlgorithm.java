package org.heliogate.hsm.offline;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import org.heliogate.hsm.ca.SignatureAlgorithm;
import org.jspecify.annotations.Nullable;

/** A kind of key that is made for a CA. */
enum CaAlgorithm {
  /** ECDSA on P-256. */
  EC_P256(SignatureAlgorithm.ECDSA_SHA256),
  /** ECDSA on P-384. */
  EC_P384(SignatureAlgorithm.ECDSA_SHA384),
  /** RSA with 3072 bits. */
  RSA_3072(SignatureAlgorithm.RSA_SHA256);

  private static final int RSA_BITS = 3072;

  private final SignatureAlgorithm signature;

  CaAlgorithm(SignatureAlgorithm signature) {
    this.signature = signature;
  }

  /** How CAs with such keys sign; CAs that sign alike replace each other. */
  SignatureAlgorithm signature() {
    return signature;
  }

  /** The kind of key that is made for CAs that sign so. */
  static CaAlgorithm of(SignatureAlgorithm signature) {
    return switch (signature) {
      case ECDSA_SHA256 -> EC_P256;
      case ECDSA_SHA384 -> EC_P384;
      case RSA_SHA256 -> RSA_3072;
    };
  }

  /** Makes a pair, on the token of the provider if there is one. */
  KeyPair generate(@Nullable Provider provider) throws GeneralSecurityException {
    String family = this == RSA_3072 ? "RSA" : "EC";
    KeyPairGenerator generator =
        provider == null
            ? KeyPairGenerator.getInstance(family)
            : KeyPairGenerator.getInstance(family, provider);
    switch (this) {
      case EC_P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
      case EC_P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
      case RSA_3072 -> generator.initialize(RSA_BITS);
    }
    return generator.generateKeyPair();
  }
}
