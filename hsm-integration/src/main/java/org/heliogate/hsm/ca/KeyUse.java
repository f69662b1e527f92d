package org.heliogate.hsm.ca;

import org.bouncycastle.asn1.x509.KeyUsage;

/** A bit of the key usage extension (RFC 5280 §4.2.1.3). */
public enum KeyUse {
  /** Signs handshakes and answers. */
  DIGITAL_SIGNATURE("digitalSignature", KeyUsage.digitalSignature),
  /** Signs certificates. */
  KEY_CERT_SIGN("keyCertSign", KeyUsage.keyCertSign),
  /** Signs CRLs. */
  CRL_SIGN("cRLSign", KeyUsage.cRLSign);

  private final String standardName;
  private final int bit;

  KeyUse(String standardName, int bit) {
    this.standardName = standardName;
    this.bit = bit;
  }

  /** The standard's own name, as profiles write it. */
  String standardName() {
    return standardName;
  }

  /** The bit as Bouncy Castle counts it. */
  int bit() {
    return bit;
  }
}
