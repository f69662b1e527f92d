package org.heliogate.hsm.ca;

import org.bouncycastle.asn1.x509.KeyPurposeId;

/** A purpose of the extended key usage extension (RFC 5280 §4.2.1.12). */
public enum ExtendedKeyUse {
  /** TLS server. */
  SERVER_AUTH("serverAuth", KeyPurposeId.id_kp_serverAuth),
  /** TLS client. */
  CLIENT_AUTH("clientAuth", KeyPurposeId.id_kp_clientAuth),
  /** Signs OCSP responses (RFC 6960 §4.2.2.2). */
  OCSP_SIGNING("OCSPSigning", KeyPurposeId.id_kp_OCSPSigning);

  private final String standardName;
  private final KeyPurposeId purpose;

  ExtendedKeyUse(String standardName, KeyPurposeId purpose) {
    this.standardName = standardName;
    this.purpose = purpose;
  }

  /** The standard's own name, as profiles write it. */
  String standardName() {
    return standardName;
  }

  /** The object identifier. */
  KeyPurposeId purpose() {
    return purpose;
  }
}
