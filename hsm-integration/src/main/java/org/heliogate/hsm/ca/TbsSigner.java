package org.heliogate.hsm.ca;

import org.heliogate.hsm.TokenKeys;

/** Signs the to-be-signed part of a certificate or CRL by ECDSA with SHA-256. */
@FunctionalInterface
public interface TbsSigner {

  /** The JCA name of the one signature algorithm of this CA. */
  String ALGORITHM = "SHA256withECDSA";

  /**
   * Signs.
   *
   * @param tbs the DER of what is signed
   * @return the signature, a DER sequence of r and s
   * @throws org.heliogate.hsm.HsmUnavailableException if the key cannot be used
   */
  byte[] sign(byte[] tbs);

  /** A signer by a CA key of the token. */
  static TbsSigner of(TokenKeys keys, String alias) {
    return tbs -> keys.sign(alias, ALGORITHM, tbs);
  }
}
