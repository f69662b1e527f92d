package org.heliogate.authz.device.manifest;

import java.util.Set;

/** The kinds of master keys that a secure element may have, and what they can sign with. */
public enum MasterKeyType {
  /** RSA with 2,048 to 8,192 bits. */
  RSA(Set.of("RS256", "PS256")),
  /** Elliptic curve P-256. */
  EC_P256(Set.of("ES256")),
  /** Elliptic curve P-384. */
  EC_P384(Set.of("ES384")),
  /** Ed25519 (RFC 8032). */
  ED25519(Set.of("EdDSA"));

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> jwsAlgorithms;

  MasterKeyType(Set<String> jwsAlgorithms) {
    this.jwsAlgorithms = jwsAlgorithms;
  }

  /**
   * The {@code alg} values (RFC 7518 §3.1, RFC 8037 §3.1) that an assertion by the key may have.
   */
  public Set<String> jwsAlgorithms() {
    return jwsAlgorithms;
  }
}
