package org.heliogate.device.element;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.ProviderException;
import java.security.UnrecoverableKeyException;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.failure.PinBlockedException;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.failure.WrongPinException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementFailureTest {

  @ParameterizedTest
  @CsvSource({
    "CKR_PIN_INCORRECT, WrongPinException",
    "CKR_PIN_LEN_RANGE, WrongPinException",
    "CKR_PIN_LOCKED, PinBlockedException",
    "CKR_USER_PIN_NOT_INITIALIZED, PinBlockedException",
    "CKR_USER_NOT_LOGGED_IN, PinRequiredException",
    "CKR_SLOT_ID_INVALID, SecureElementException",
    "CKR_DEVICE_ERROR, SecureElementException"
  })
  void ofWhenTokenReturnsValueThenTellsItsMeaning(String returnValue, String type) {
    DeviceException failure =
        ElementFailure.of(
            "opening", new IOException("load failed", new ProviderException(returnValue)));

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void ofWhenLockedAndWrongThenTypesDiffer() {
    assertThat(ElementFailure.of("x", new IOException("CKR_PIN_LOCKED")))
        .isInstanceOf(PinBlockedException.class)
        .isNotInstanceOf(WrongPinException.class)
        .isNotInstanceOf(PinRequiredException.class);
  }

  @Test
  void ofWhenPkcs12PasswordIsWrongThenIsWrongPin() {
    assertThat(ElementFailure.of("x", new IOException("y", new UnrecoverableKeyException("z"))))
        .isInstanceOf(WrongPinException.class);
  }

  @Test
  void ofWhenFailureIsKnownThenIsItself() {
    SecureElementException known = new SecureElementException("a", "b");

    assertThat(ElementFailure.of("x", known)).isSameAs(known);
  }
}
