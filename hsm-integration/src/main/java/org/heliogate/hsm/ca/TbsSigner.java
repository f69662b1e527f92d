package org.heliogate.hsm.ca;

import org.heliogate.hsm.TokenKeys;

/** Signs the to-be-signed part of a certificate or CRL, by the algorithm proper to its key. */
@FunctionalInterface
public interface TbsSigner {

  /** The JCA name of the algorithm of EC P-256 keys. */
  String ALGORITHM = "SHA256withECDSA";

  /**
   * Signs.
   *
   * @param tbs the DER of what is signed
   * @return the signature as it stands in the certificate: for ECDSA a DER sequence of r and s
   * @throws org.heliogate.hsm.HsmUnavailableException if the key cannot be used
   */
  byte[] sign(byte[] tbs);

  /** A signer by a CA key of the token; the certificate beside it says which algorithm is its. */
  static TbsSigner of(TokenKeys keys, String alias) {
    return tbs ->
        keys.sign(
            alias, SignatureAlgorithm.of(keys.certificate(alias).getPublicKey()).jcaName(), tbs);
  }
}
