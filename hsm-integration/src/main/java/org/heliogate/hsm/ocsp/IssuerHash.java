package org.heliogate.hsm.ocsp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * How a request names the CA of a certificate (RFC 6960 §4.1.1).
 *
 * @param algorithm object identifier of the hash
 * @param nameHash hash of the CA's subject, lower-case hex
 * @param keyHash hash of the CA's public key, lower-case hex
 */
public record IssuerHash(String algorithm, String nameHash, String keyHash) {

  /** SHA-1, which RFC 5019 §2.1.1 makes clients use; nothing here relies on its strength. */
  static final String SHA1 = "1.3.14.3.2.26";

  /** SHA-256, which others prefer. */
  static final String SHA256 = "2.16.840.1.101.3.4.2.1";

  /** The object identifiers of the hashes by which requests may name a CA. */
  public static final List<String> ALGORITHMS = List.of(SHA1, SHA256);

  /** All hashes by which requests may name a CA, SHA-1 first. */
  public static List<IssuerHash> of(X509Certificate authority) {
    byte[] name = authority.getSubjectX500Principal().getEncoded();
    byte[] key =
        SubjectPublicKeyInfo.getInstance(authority.getPublicKey().getEncoded())
            .getPublicKeyData()
            .getOctets();
    return List.of(of(SHA1, "SHA-1", name, key), of(SHA256, "SHA-256", name, key));
  }

  private static IssuerHash of(String algorithm, String javaName, byte[] name, byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance(javaName);
      HexFormat hex = HexFormat.of();
      return new IssuerHash(
          algorithm, hex.formatHex(digest.digest(name)), hex.formatHex(digest.digest(key)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + javaName, e);
    }
  }

  /** The SHA-1 hash of a responder's public key, by which it names itself (RFC 6960 §4.2.1). */
  static byte[] responderKeyHash(X509Certificate responder) {
    return HexFormat.of().parseHex(of(responder).get(0).keyHash());
  }
}
