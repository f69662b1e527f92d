package org.heliogate.device.element;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.failure.SecureElementException;

/**
 * The keys of the applications of one device, which never leave their container (D3.4.2 §4).
 *
 * <p>Every method throws {@link PinRequiredException} before the container's PIN was presented, and
 * {@link SecureElementException} when the container fails or the alias is unknown. Safe for use by
 * many threads.
 */
public interface ApplicationKeys {

  /**
   * Makes a key pair that stays until it is deleted.
   *
   * @param alias its name, at most 128 characters, not in use yet
   * @param algorithm the kind of key
   * @return the public key
   */
  PublicKey createKeyPair(String alias, KeyAlgorithm algorithm);

  /**
   * Deletes a key pair.
   *
   * @param alias its name
   * @return whether there was one
   */
  boolean deleteKeyPair(String alias);

  /** The names of all key pairs. */
  Set<String> keyAliases();

  /**
   * The public key of a pair.
   *
   * @param alias its name
   */
  PublicKey publicKey(String alias);

  /**
   * Signs data with SHA-256 and ECDSA (DER) or RSA PKCS#1 v1.5, as the key's kind says.
   *
   * @param alias the key's name
   * @param data the data, hashed by this call
   * @return the signature
   */
  byte[] sign(String alias, byte[] data);

  /**
   * Makes a certification request (PKCS#10, RFC 2986) signed by the key.
   *
   * @param alias the key's name
   * @param subject the requested subject
   * @return the request, DER
   */
  byte[] certificationRequest(String alias, X500Principal subject);

  /**
   * Enciphers data with the container's own AES-256 key (GCM, fresh nonce), made at first use.
   *
   * @param plaintext the data
   * @return nonce, ciphertext and tag, for {@link #decipher(byte[])}
   */
  byte[] encipher(byte[] plaintext);

  /**
   * Reverses {@link #encipher(byte[])}.
   *
   * @param ciphertext what it returned
   * @return the data
   * @throws SecureElementException when the ciphertext was altered or is another container's
   */
  byte[] decipher(byte[] ciphertext);

  /**
   * A TLS key manager that knows this one key and chain; signatures are made in the container.
   *
   * @param alias the key's name
   * @param chain the certificate for the key, first, and its issuers
   */
  X509ExtendedKeyManager keyManager(String alias, List<X509Certificate> chain);
}
