package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewResourceServerTest {

  @Test
  void checkedWhenCompleteThenTaken() throws Exception {
    NewResourceServer.Checked checked =
        read("{\"id\":\"mqtt\",\"type\":\"mqtt\","
                + "\"connection_factory\":\"java:/heliogate/rs/mqtt\"}")
            .checked();
    assertThat(checked.connectionFactory()).isEqualTo("java:/heliogate/rs/mqtt");
  }

  @Test
  void checkedWhenTypeIsOauthThenNeedsNoPoolAndTakesNone() throws Exception {
    assertThat(read("{\"id\":\"rs\",\"type\":\"oauth\"}").checked().connectionFactory()).isNull();
    assertRefused(
        "{\"id\":\"rs\",\"type\":\"oauth\","
            + "\"connection_factory\":\"java:/heliogate/rs/mqtt\"}",
        ErrorCode.UNPROCESSABLE,
        "has no connection_factory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"id\":\"mqtt\",\"type\":\"mqtt\"}",
        "{\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs/mqtt\"}",
        "{\"id\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs/mqtt\"}"
      })
  void checkedWhenAMemberIsMissingThenInvalidRequest(String json) {
    assertRefused(json, ErrorCode.INVALID_REQUEST, "is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"MQTT\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs/mqtt\"}",
        "{\"id\":\"mqtt\",\"type\":\"m q\",\"connection_factory\":\"java:/heliogate/rs/mqtt\"}",
        "{\"id\":\"mqtt\",\"type\":\"mqtt\",\"connection_factory\":\"ldap://host/x\"}",
        "{\"id\":\"mqtt\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/ds\"}"
      })
  void checkedWhenAMemberIsNotInItsAlphabetThenUnprocessable(String json) {
    assertRefused(json, ErrorCode.UNPROCESSABLE, "must match");
  }

  private static NewResourceServer read(String json) throws Exception {
    return JsonMapper.mapper().readValue(json, NewResourceServer.class);
  }

  private static void assertRefused(String json, ErrorCode code, String reason) {
    assertThatThrownBy(() -> read(json).checked())
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(reason);
            });
  }
}
