package org.heliogate.device.element;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.state.MonotonicCounter;
import org.jspecify.annotations.Nullable;

/** What all secure elements of this library share: the gate that the PIN opens, and the counter. */
abstract class DelegatingSecureElement implements SecureElement {

  private final MonotonicCounter counter;
  private volatile @Nullable ApplicationKeys openKeys;

  DelegatingSecureElement(MonotonicCounter counter) {
    this.counter = counter;
  }

  /** Opens the application keys with the PIN. */
  abstract ApplicationKeys open(char[] pin);

  /** Makes the element forget the PIN. */
  abstract void forgetPin();

  /** HMAC-SHA-256 with the OTP secret. */
  abstract byte[] otpMac(byte[] input);

  @Override
  public final String oneTimePassword(String clientId) {
    OneTimePasswordInput input = new OneTimePasswordInput(counter.next(), clientId);
    return input.password(otpMac(input.bytes()));
  }

  @Override
  public final synchronized void presentPin(char[] pin) {
    if (openKeys == null) {
      openKeys = open(pin);
    }
  }

  @Override
  public final boolean isUnlocked() {
    return openKeys != null;
  }

  @Override
  public final synchronized void lock() {
    if (openKeys != null) {
      openKeys = null;
      forgetPin();
    }
  }

  @Override
  public void close() {
    lock();
  }

  private ApplicationKeys keys() {
    ApplicationKeys keys = openKeys;
    if (keys == null) {
      throw new PinRequiredException(
          "the application keys of " + masterId() + " are closed",
          "Present the PIN, which the authorization server hands out with the bootstrap response"
              + " and with credentials.");
    }
    return keys;
  }

  @Override
  public PublicKey createKeyPair(String alias, KeyAlgorithm algorithm) {
    return keys().createKeyPair(alias, algorithm);
  }

  @Override
  public boolean deleteKeyPair(String alias) {
    return keys().deleteKeyPair(alias);
  }

  @Override
  public Set<String> keyAliases() {
    return keys().keyAliases();
  }

  @Override
  public PublicKey publicKey(String alias) {
    return keys().publicKey(alias);
  }

  @Override
  public byte[] sign(String alias, byte[] data) {
    return keys().sign(alias, data);
  }

  @Override
  public byte[] certificationRequest(String alias, X500Principal subject) {
    return keys().certificationRequest(alias, subject);
  }

  @Override
  public byte[] encipher(byte[] plaintext) {
    return keys().encipher(plaintext);
  }

  @Override
  public byte[] decipher(byte[] ciphertext) {
    return keys().decipher(ciphertext);
  }

  @Override
  public X509ExtendedKeyManager keyManager(String alias, List<X509Certificate> chain) {
    return keys().keyManager(alias, chain);
  }
}
