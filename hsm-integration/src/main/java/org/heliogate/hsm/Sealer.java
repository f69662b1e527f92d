package org.heliogate.hsm;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Authenticated encryption of secrets at rest by a key that never leaves the token: AES-256-GCM
 * with the key {@link TokenKeys#SEAL}.
 *
 * <p>A sealed value is one byte of format version (1), a random nonce of 96 bits, the ciphertext
 * and a tag of 128 bits. The caller's context (which row, which column) is authenticated with it,
 * so that a value moved elsewhere does not open. With random nonces one key is good for 2^32 values
 * (NIST SP 800-38D §8.3). Thread-safe.
 */
public final class Sealer {

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BITS / 8;

  private final TokenKeys keys;
  private final SecureRandom random = new SecureRandom();

  /** A sealer that uses the key {@link TokenKeys#SEAL}. */
  public Sealer(TokenKeys keys) {
    this.keys = keys;
  }

  /**
   * Seals a value.
   *
   * @param plaintext what is kept secret; may be empty
   * @param context where the value belongs, not secret, needed to open it; may be empty
   * @return the sealed value, 29 bytes longer
   * @throws HsmUnavailableException if the token cannot be used
   */
  public byte[] seal(byte[] plaintext, byte[] context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] ciphertext =
        keys.use(
            TokenKeys.SEAL,
            key -> crypt(key, Cipher.ENCRYPT_MODE, nonce, context, plaintext, 0, plaintext.length));
    return ByteBuffer.allocate(1 + nonce.length + ciphertext.length)
        .put(VERSION)
        .put(nonce)
        .put(ciphertext)
        .array();
  }

  /**
   * Opens a sealed value.
   *
   * @param sealed what {@link #seal} answered
   * @param context the same as then
   * @return the plaintext
   * @throws UnsealException if the value was changed, or the context or key is another
   * @throws HsmUnavailableException if the token cannot be used
   */
  public byte[] open(byte[] sealed, byte[] context) {
    if (sealed.length < OVERHEAD_BYTES || sealed[0] != VERSION) {
      throw new UnsealException(null);
    }
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(sealed, 1, NONCE_BYTES).get(nonce);
    int from = 1 + NONCE_BYTES;
    return keys.use(
        TokenKeys.SEAL,
        key -> {
          try {
            return crypt(
                key, Cipher.DECRYPT_MODE, nonce, context, sealed, from, sealed.length - from);
          } catch (AEADBadTagException e) {
            throw new UnsealException(e);
          }
        });
  }

  private static byte[] crypt(
      TokenKey key, int mode, byte[] nonce, byte[] context, byte[] text, int offset, int length)
      throws GeneralSecurityException {
    Cipher cipher = key.cipher("AES/GCM/NoPadding");
    cipher.init(mode, key.secretKey(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(new byte[] {VERSION});
    cipher.updateAAD(context);
    return cipher.doFinal(text, offset, length);
  }
}
