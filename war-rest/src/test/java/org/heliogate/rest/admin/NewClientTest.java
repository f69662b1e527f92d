package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService.Registration;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewClientTest {

  @Test
  void registrationWhenOnlyNamedThenDefaults() throws Exception {
    Registration registration = read("{\"name\":\"estimator\"}").registration();
    assertThat(registration.kind()).isEqualTo(ClientKind.APPLICATION);
    assertThat(registration.roles()).isEmpty();
    assertThat(registration.authentication())
        .containsExactly(AuthenticationMethod.CLIENT_SECRET_BASIC);
    assertThat(registration.scope()).containsExactly("uma_authorization");
  }

  @Test
  void registrationWhenComplete() throws Exception {
    Registration registration =
        read("{\"name\":\"State estimation\",\"roles\":[\"reader\",\"reader\"],"
                + "\"authentication\":[\"client_secret_basic\",\"client_secret_post\"],"
                + "\"scope\":\"admin:read uma_authorization\"}")
            .registration();
    assertThat(registration.kind()).isEqualTo(ClientKind.ADMIN);
    assertThat(registration.roles()).containsExactly("reader");
    assertThat(registration.authentication()).hasSize(2);
    assertThat(registration.scope()).containsExactly("admin:read", "uma_authorization");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/jwks                       | {\"name\":\"a\",\"jwks\":{\"keys\":[]}}",
        "/tls_client_auth_subject_dn | {\"name\":\"a\",\"tls_client_auth_subject_dn\":\"CN=a\"}",
        "/name                       | {\"name\":\" \"}",
        "/name                       | {\"name\":\"a\\u0000b\"}",
        "/name                       | {\"name\":\"a\\ud800b\"}",
        "/roles                      | {\"name\":\"a\",\"roles\":[null]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[null]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[\"client_otp\"]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[\"private_key_jwt\"]}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"\"}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"uma_protection\"}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"admin  admin:read\"}",
      })
  void registrationWhenAValueCannotBeThenUnprocessable(String pointer, String json) {
    assertUnprocessable(json, pointer);
  }

  @Test
  void registrationWhenNameIsTooLongThenUnprocessable() throws Exception {
    assertThat(read("{\"name\":\"" + "n".repeat(128) + "\"}").registration().name()).hasSize(128);
    assertUnprocessable("{\"name\":\"" + "n".repeat(129) + "\"}", "/name");
  }

  @Test
  void registrationWhenRolesAreTooManyThenUnprocessable() {
    String roles =
        IntStream.range(0, 65).mapToObj(i -> "\"r-" + i + '"').collect(Collectors.joining(","));
    assertUnprocessable("{\"name\":\"a\",\"roles\":[" + roles + "]}", "/roles");
  }

  @Test
  void registrationWhenNameIsMissingThenInvalidRequest() {
    assertThatThrownBy(() -> read("{\"roles\":[]}").registration())
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"a\",\"grants\":[]}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\",\"roles\":\"reader\"}",
        "{\"name\":\"a\",\"scope\":[\"admin\"]}",
        "[]",
        "{\"name\":\"a\"} {}",
        "{\"name\":\"a\""
      })
  void readWhenJsonIsNotOfThisFormThenRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
  }

  private static NewClient read(String json) throws JsonProcessingException {
    return JsonMapper.mapper().readValue(json, NewClient.class);
  }

  private static void assertUnprocessable(String json, String pointer) {
    assertThatThrownBy(() -> read(json).registration())
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
              assertThat(e.faults()).extracting(Fault::path).containsOnly(pointer);
            });
  }
}
