package org.heliogate.hsm.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1UTCTime;

/** Lints of the fields of RFC 5280 §4.1.2, names excepted. */
final class FieldLints {

  private static final int VERSION_3 = 2;
  private static final int MOST_SERIAL_BITS = 159;
  private static final int LEAST_SERIAL_BITS = 64;

  /**
   * 126 random bits have that few ones, or zeros, once in 10¹² certificates; a source of randomness
   * that has died always does.
   */
  private static final int LEAST_ONES = 24;

  private FieldLints() {}

  static boolean version(LintedCertificate certificate) {
    return certificate.version() == VERSION_3;
  }

  static boolean serial(LintedCertificate certificate) {
    BigInteger serial = certificate.serial();
    int bits = serial.bitLength();
    int ones = serial.bitCount();
    return serial.signum() > 0
        && bits >= LEAST_SERIAL_BITS
        && bits <= MOST_SERIAL_BITS
        && ones >= LEAST_ONES
        && bits - ones >= LEAST_ONES;
  }

  static boolean signatureAlgorithm(LintedCertificate certificate) throws IOException {
    return Arrays.equals(
        certificate.algorithm().getEncoded(ASN1Encoding.DER),
        certificate.issuer().algorithm().identifier().getEncoded(ASN1Encoding.DER));
  }

  static boolean issuer(LintedCertificate certificate) throws IOException {
    return certificate.issuerName().size() > 0
        && Arrays.equals(
            certificate.issuerName().getEncoded(ASN1Encoding.DER),
            certificate.issuer().name().getEncoded(ASN1Encoding.DER));
  }

  static boolean timeEncoding(LintedCertificate certificate) {
    return certificate.validity().size() == 2
        && wellEncoded(certificate.validity().getObjectAt(0))
        && wellEncoded(certificate.validity().getObjectAt(1));
  }

  private static boolean wellEncoded(ASN1Encodable time) {
    if (time instanceof ASN1UTCTime utc) {
      return utc.toString().matches("[0-9]{12}Z");
    }
    return time instanceof ASN1GeneralizedTime later
        && later.getTimeString().matches("20[5-9][0-9]{11}Z|2[1-9][0-9]{12}Z");
  }

  static boolean validity(LintedCertificate certificate) {
    long begin = millis(certificate, 0);
    long end = millis(certificate, 1);
    return begin < end
        && Duration.ofMillis(end - begin).compareTo(certificate.profile().validity()) <= 0;
  }

  static boolean validityInIssuer(LintedCertificate certificate) {
    LintIssuer.Bounds bounds = certificate.issuer().validity();
    return bounds == null
        || (millis(certificate, 0) >= bounds.notBefore()
            && millis(certificate, 1) <= bounds.notAfter());
  }

  private static long millis(LintedCertificate certificate, int index) {
    ASN1Encodable time = certificate.validity().getObjectAt(index);
    try {
      return time instanceof ASN1UTCTime utc
          ? utc.getAdjustedDate().getTime()
          : ASN1GeneralizedTime.getInstance(time).getDate().getTime();
    } catch (ParseException e) {
      throw new IllegalArgumentException("a time cannot be read", e);
    }
  }

  static boolean publicKey(LintedCertificate certificate) {
    try {
      certificate.profile().checkKey(certificate.publicKey());
      return true;
    } catch (InvalidCertificationRequestException e) {
      return false;
    }
  }

  static boolean uniqueIdentifiers(LintedCertificate certificate) {
    return !certificate.hasUniqueIdentifiers();
  }
}
