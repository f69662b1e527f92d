package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationTest {

  @Test
  void readWhenNothingIsSaidThenNoReason() {
    assertThat(read("").reason()).isNull();
    assertThat(read("{}").reason()).isNull();
  }

  @Test
  void readWhenReasonIsGivenThenThatReason() {
    assertThat(read("{\"reason\":\"key_compromise\"}").reason()).isEqualTo("key_compromise");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{", "{\"hold\":true}", "\"key_compromise\""})
  void readWhenJsonIsNotOfThisFormThenInvalidRequest(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  private static Revocation read(String json) {
    return Revocation.read(json.getBytes(UTF_8));
  }
}
