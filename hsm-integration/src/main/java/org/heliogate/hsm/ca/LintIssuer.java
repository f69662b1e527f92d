package org.heliogate.hsm.ca;

import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate is held against on its issuer's side.
 *
 * @param name the issuer's subject
 * @param keyIdentifier its subject key identifier
 * @param algorithm how it signs
 * @param validity when its certificate is valid and how many CAs may follow it; null while it signs
 *     its own certificate
 * @param locations addresses that its certificates name
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one check, is compared with nothing.
record LintIssuer(
    X500Name name,
    byte[] keyIdentifier,
    SignatureAlgorithm algorithm,
    @Nullable Bounds validity,
    PkiLocations locations) {

  /**
   * What the issuer's certificate allows.
   *
   * @param notBefore begin of its validity, milliseconds since 1970
   * @param notAfter end of its validity, milliseconds since 1970
   * @param pathLength how many CAs may follow
   */
  record Bounds(long notBefore, long notAfter, int pathLength) {}

  boolean selfSigns() {
    return validity == null;
  }

  String ski() {
    return HexFormat.of().formatHex(keyIdentifier);
  }
}
