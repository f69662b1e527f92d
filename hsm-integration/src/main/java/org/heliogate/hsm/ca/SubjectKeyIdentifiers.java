package org.heliogate.hsm.ca;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Subject key identifiers: how they are made and read. */
public final class SubjectKeyIdentifiers {

  private static final int BYTES = 20;

  private SubjectKeyIdentifiers() {}

  /**
   * The identifier in a CA certificate, lower-case hex.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static String of(X509Certificate certificate) {
    return HexFormat.of().formatHex(bytes(certificate));
  }

  static byte[] bytes(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.14");
    if (extension == null) {
      throw new IllegalArgumentException("the certificate has no subject key identifier");
    }
    byte[] inner = ASN1OctetString.getInstance(extension).getOctets();
    return ASN1OctetString.getInstance(inner).getOctets();
  }

  /** The leftmost 160 bits of the SHA-256 hash of the key (RFC 7093 §2, method 1). */
  static byte[] of(SubjectPublicKeyInfo key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getPublicKeyData().getOctets());
      return Arrays.copyOf(hash, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
