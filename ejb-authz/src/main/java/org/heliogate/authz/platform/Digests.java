package org.heliogate.authz.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** SHA-256 digests in the forms that the product stores. */
public final class Digests {

  private Digests() {}

  /** SHA-256 of the bytes. */
  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** SHA-256 of the text's UTF-8 bytes, base64url without padding: 43 characters. */
  public static String sha256(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(text.getBytes(UTF_8)));
  }

  /** Whether two digests are equal, in a time that does not depend on where they differ. */
  public static boolean equal(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }
}
