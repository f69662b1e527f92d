package org.heliogate.device.element;

import java.security.UnrecoverableKeyException;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.failure.PinBlockedException;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.failure.WrongPinException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call to a key store or PKCS#11 token means (PKCS#11 v2.40 §5.1.6 return values).
 *
 * <p>Java hides the token's exception type; its return value is the message of some cause.
 */
final class ElementFailure {

  private ElementFailure() {}

  static DeviceException of(String doing, Throwable failure) {
    if (failure instanceof DeviceException known) {
      return known;
    }
    boolean unrecoverable = false;
    Throwable last = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      DeviceException meaning = meaning(doing, cause.getMessage(), failure);
      if (meaning != null) {
        return meaning;
      }
      unrecoverable |= cause instanceof UnrecoverableKeyException;
      last = cause;
    }
    return unrecoverable
        ? wrongPin(doing, failure)
        : new SecureElementException(
            doing + " failed: " + last, "Check that the secure element is present.", failure);
  }

  private static @Nullable DeviceException meaning(
      String doing, @Nullable String returnValue, Throwable failure) {
    if (returnValue == null) {
      return null;
    }
    return switch (returnValue) {
      case "CKR_PIN_INCORRECT", "CKR_PIN_LEN_RANGE", "CKR_PIN_INVALID" -> wrongPin(doing, failure);
      case "CKR_PIN_LOCKED", "CKR_PIN_EXPIRED", "CKR_USER_PIN_NOT_INITIALIZED" ->
          new PinBlockedException(
              doing + " failed: the secure element takes no PIN any more",
              "Replace the secure element, or have its maker unblock it.",
              failure);
      case "CKR_USER_NOT_LOGGED_IN" ->
          new PinRequiredException(
              doing + " needs the PIN, which was not presented",
              "Get the PIN from the authorization server: bootstrap the device, or ask for"
                  + " credentials.",
              failure);
      case "CKR_SLOT_ID_INVALID", "CKR_TOKEN_NOT_PRESENT", "CKR_DEVICE_REMOVED" ->
          new SecureElementException(
              doing + " failed: the token is not there",
              "A token made after this process first used the PKCS#11 library is seen by a new"
                  + " process only; otherwise check the secure element and its library.",
              failure);
      default -> null;
    };
  }

  private static WrongPinException wrongPin(String doing, Throwable failure) {
    return new WrongPinException(
        doing + " failed: the PIN is wrong",
        "Check that the manifest loaded for this device is that of this secure element.",
        failure);
  }
}
