package org.heliogate.device.element;

import java.util.Arrays;

/**
 * What a maker decides about a secure element before making it (D3.4.2 §4).
 *
 * @param masterId the master ID, matching {@code [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}}
 * @param pin the PIN of the application keys, 4 to 255 characters
 * @param otpSecret the secret of the one-time passwords, at least 16 bytes
 */
public record BlankElement(String masterId, char[] pin, byte[] otpSecret) {

  private static final String ID_PATTERN = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}";

  /** Checks the values. */
  public BlankElement {
    if (!masterId.matches(ID_PATTERN)) {
      throw new IllegalArgumentException("a master ID must match " + ID_PATTERN);
    }
    if (pin.length < 4 || pin.length > 255) {
      throw new IllegalArgumentException("a PIN has 4 to 255 characters");
    }
    if (otpSecret.length < 16) {
      throw new IllegalArgumentException("an OTP secret has at least 16 bytes");
    }
    pin = pin.clone();
    otpSecret = otpSecret.clone();
  }

  @Override
  public char[] pin() {
    return pin.clone();
  }

  @Override
  public byte[] otpSecret() {
    return otpSecret.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlankElement that
        && masterId.equals(that.masterId)
        && Arrays.equals(pin, that.pin)
        && Arrays.equals(otpSecret, that.otpSecret);
  }

  @Override
  public int hashCode() {
    return masterId.hashCode();
  }

  @Override
  public String toString() {
    return "BlankElement[" + masterId + "]";
  }
}
