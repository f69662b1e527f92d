package org.heliogate.hsm.ca;

import java.security.PublicKey;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** How a CA of a kind of key signs certificates, CRLs and OCSP answers. */
public enum SignatureAlgorithm {
  /** ECDSA on P-256 with SHA-256 (RFC 5758 §3.2). */
  ECDSA_SHA256("SHA256withECDSA", new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256)),
  /** ECDSA on P-384 with SHA-384 (RFC 5758 §3.2). */
  ECDSA_SHA384("SHA384withECDSA", new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384)),
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 4055 §5), whose parameters are NULL. */
  RSA_SHA256(
      "SHA256withRSA",
      new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE));

  private final String jcaName;
  private final AlgorithmIdentifier identifier;

  SignatureAlgorithm(String jcaName, AlgorithmIdentifier identifier) {
    this.jcaName = jcaName;
    this.identifier = identifier;
  }

  /**
   * The algorithm proper to a key.
   *
   * @throws IllegalArgumentException if the key is of no {@link KeyType}
   */
  public static SignatureAlgorithm of(PublicKey key) {
    try {
      return of(KeyType.of(SubjectPublicKeyInfo.getInstance(key.getEncoded())));
    } catch (InvalidCertificationRequestException e) {
      throw new IllegalArgumentException("a CA's key cannot sign: " + e.getMessage(), e);
    }
  }

  static SignatureAlgorithm of(KeyType type) {
    return switch (type) {
      case EC_P256 -> ECDSA_SHA256;
      case EC_P384 -> ECDSA_SHA384;
      case RSA -> RSA_SHA256;
    };
  }

  /** The name in Java's cryptography architecture. */
  public String jcaName() {
    return jcaName;
  }

  /** The identifier in what is signed. */
  public AlgorithmIdentifier identifier() {
    return identifier;
  }
}
