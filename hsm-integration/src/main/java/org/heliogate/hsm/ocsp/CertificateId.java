package org.heliogate.hsm.ocsp;

import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.CertID;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate a request asks about. Two are equal if a response says the same of them, octet
 * for octet.
 *
 * @param issuer how it names the CA
 * @param serial the serial number
 * @param nullParameters whether the hash's identifier has NULL parameters, which the response
 *     repeats
 */
public record CertificateId(IssuerHash issuer, BigInteger serial, boolean nullParameters) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the hash's identifier has other parameters than NULL
   */
  static CertificateId of(CertID id) {
    @Nullable ASN1Encodable parameters = id.getHashAlgorithm().getParameters();
    if (parameters != null && !DERNull.INSTANCE.equals(parameters)) {
      throw new IllegalArgumentException("a hash has no parameters");
    }
    HexFormat hex = HexFormat.of();
    return new CertificateId(
        new IssuerHash(
            id.getHashAlgorithm().getAlgorithm().getId(),
            hex.formatHex(id.getIssuerNameHash().getOctets()),
            hex.formatHex(id.getIssuerKeyHash().getOctets())),
        id.getSerialNumber().getValue(),
        parameters != null);
  }

  /** The serial number as the inventory has it, lower-case hex. */
  public String serialText() {
    return serial.toString(16);
  }
}
