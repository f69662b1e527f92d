package org.heliogate.device.element;

import java.security.PublicKey;
import org.heliogate.device.failure.PinBlockedException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.failure.WrongPinException;

/**
 * The tamper-proof chip of one device (D3.4.2 §4): a master identity that needs no PIN, and keys of
 * applications that do.
 *
 * <p>Without a PIN: the master ID, signing with the master key, one-time passwords (D3.4.2 §3.2
 * step 4). Only after {@link #presentPin(char[])}: everything of {@link ApplicationKeys}. The
 * master key and the OTP secret never leave the element. All methods throw {@link
 * SecureElementException} when the element fails. Safe for use by many threads.
 */
public interface SecureElement extends ApplicationKeys, AutoCloseable {

  /** The master ID, matching {@code [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}}. */
  String masterId();

  /** The public half of the master key. */
  PublicKey masterPublicKey();

  /**
   * Signs data with the master key and SHA-256: ECDSA (DER) or RSA PKCS#1 v1.5.
   *
   * @param data the data, hashed by this call
   * @return the signature
   */
  byte[] signWithMasterKey(byte[] data);

  /**
   * Makes a fresh one-time password, {@code <counter>.<mac>}, with mac = HMAC-SHA-256(OTP secret,
   * uint64-BE counter ‖ UTF-8 client_id) in unpadded base64url ({@code client_otp} of the HTTP
   * contract).
   *
   * @param clientId the client that will authenticate with it
   * @return the password; its counter is on the disk and is never used again
   */
  String oneTimePassword(String clientId);

  /**
   * Opens the application keys until {@link #lock()} or {@link #close()}; without effect, and
   * without a check, while they are open.
   *
   * @param pin the PIN; the caller keeps the array and may wipe it
   * @throws WrongPinException when the PIN is wrong
   * @throws PinBlockedException when the element takes no PIN any more
   */
  void presentPin(char[] pin);

  /** Whether the PIN was presented and the application keys are open. */
  boolean isUnlocked();

  /** Closes the application keys; the element forgets the PIN. */
  void lock();

  /** Locks the element and frees what it holds; it cannot be used afterwards. */
  @Override
  void close();
}
