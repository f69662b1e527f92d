package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.TokenTerms;
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

  @Test
  void checkedWhenTypeIsOauthThenTakesTokenTerms() throws Exception {
    assertThat(read("{\"id\":\"rs\",\"type\":\"oauth\"}").checked().tokens())
        .isEqualTo(TokenTerms.DEFAULT);
    assertThat(
            read("{\"id\":\"rs\",\"type\":\"oauth\",\"scope_template\":\"t\",\"rpt_lifetime\":60}")
                .checked()
                .tokens())
        .isEqualTo(new TokenTerms("t", Duration.ofSeconds(60)));
    assertRefused(
        "{\"id\":\"mqtt\",\"type\":\"mqtt\","
            + "\"connection_factory\":\"java:/heliogate/rs/mqtt\",\"scope_template\":\"t\"}",
        ErrorCode.UNPROCESSABLE,
        "of type oauth");
    assertRefused(
        "{\"id\":\"rs\",\"type\":\"oauth\",\"rpt_lifetime\":29}",
        ErrorCode.UNPROCESSABLE,
        "rpt_lifetime must be 30 to 3600 seconds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"60.5", "\"60\"", "true", "1e99", "99999999999"})
  void readWhenLifetimeIsNoIntegerThenRefused(String lifetime) {
    assertThatThrownBy(
            () -> read("{\"id\":\"rs\",\"type\":\"oauth\",\"rpt_lifetime\":" + lifetime + "}"))
        .isInstanceOf(JsonProcessingException.class);
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
        "{\"id\":\"mqtt\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/ds\"}",
        "{\"id\":\"m\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs//mqtt\"}",
        "{\"id\":\"m\",\"type\":\"mqtt\",\"connection_factory\":\"java:/heliogate/rs/mqtt/\"}"
      })
  void checkedWhenAMemberIsNotInItsAlphabetThenUnprocessable(String json) {
    assertRefused(json, ErrorCode.UNPROCESSABLE, "must match");
  }

  @Test
  void checkedWhenApprovalsAreGivenThenTakenOrRefused() throws Exception {
    assertThat(read("{\"id\":\"rs\",\"type\":\"oauth\"}").checked().approvals())
        .isEqualTo(ApprovalPolicy.NONE);
    assertThat(
            read("{\"id\":\"rs\",\"type\":\"oauth\",\"approvals\":\"operator\"}")
                .checked()
                .approvals())
        .isEqualTo(ApprovalPolicy.OPERATOR);
    assertRefused(
        "{\"id\":\"rs\",\"type\":\"oauth\",\"approvals\":\"OPERATOR\"}",
        ErrorCode.UNPROCESSABLE,
        "approvals must be none or operator");
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
