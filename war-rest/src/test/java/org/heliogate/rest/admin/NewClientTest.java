package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKeys;
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

  private static final Set<AuthenticationMethod> ALL = EnumSet.allOf(AuthenticationMethod.class);

  /** RFC 7517 appendix A.1. */
  private static final String JWKS =
      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"one\","
          + "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
          + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}";

  @Test
  void registrationWhenOnlyNamedThenDefaults() throws Exception {
    Registration registration = read("{\"name\":\"estimator\"}").registration(ALL);
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
            .registration(ALL);
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
        "/jwks                       | {\"name\":\"a\",\"authentication\":[\"private_key_jwt\"]}",
        "/jwks                       | {\"name\":\"a\",\"authentication\":[\"private_key_jwt\"],\"jwks\":{\"keys\":[]}}",
        "/jwks                       | {\"name\":\"a\",\"authentication\":[\"private_key_jwt\"],\"jwks\":null}",
        "/jwks/keys/0                | {\"name\":\"a\",\"authentication\":[\"private_key_jwt\"],\"jwks\":{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}}",
        "/tls_client_auth_subject_dn | {\"name\":\"a\",\"tls_client_auth_subject_dn\":\"CN=a\"}",
        "/name                       | {\"name\":\" \"}",
        "/name                       | {\"name\":\"a\\u0000b\"}",
        "/name                       | {\"name\":\"a\\ud800b\"}",
        "/roles                      | {\"name\":\"a\",\"roles\":[null]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[null]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[\"client_otp\"]}",
        "/authentication             | {\"name\":\"a\",\"authentication\":[\"self_signed_tls_client_auth\"]}",
        "/tls_client_auth_subject_dn | {\"name\":\"a\",\"authentication\":[\"tls_client_auth\"],\"tls_client_auth_subject_dn\":\"x\"}",
        "/tls_client_auth_subject_dn | {\"name\":\"a\",\"authentication\":[\"tls_client_auth\"],\"tls_client_auth_subject_dn\":\"\"}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"\"}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"uma_protection\"}",
        "/scope                      | {\"name\":\"a\",\"scope\":\"admin  admin:read\"}",
      })
  void registrationWhenAValueCannotBeThenUnprocessable(String pointer, String json) {
    assertUnprocessable(json, pointer);
  }

  @Test
  void registrationWhenKeysAndSubjectFitThenTheyAreTaken() throws Exception {
    Registration registration =
        read("{\"name\":\"a\",\"authentication\":[\"private_key_jwt\",\"tls_client_auth\"],"
                + "\"tls_client_auth_subject_dn\":\"CN=a, O=Grid\",\"jwks\":"
                + JWKS
                + "}")
            .registration(ALL);
    assertThat(registration.keys())
        .isNotNull()
        .extracting(ClientKeys::json)
        .asString()
        .contains("\"kid\":\"one\"");
    assertThat(registration.tlsSubjectDn()).isEqualTo("CN=a, O=Grid");
  }

  @Test
  void registrationWhenMethodIsSwitchedOffThenUnprocessable() {
    Set<AuthenticationMethod> offered =
        EnumSet.complementOf(EnumSet.of(AuthenticationMethod.CLIENT_SECRET_BASIC));
    for (String json :
        List.of(
            "{\"name\":\"a\"}", "{\"name\":\"a\",\"authentication\":[\"client_secret_basic\"]}")) {
      assertThatThrownBy(() -> read(json).registration(offered))
          .isInstanceOfSatisfying(
              RequestException.class,
              e ->
                  assertThat(e.faults())
                      .singleElement()
                      .satisfies(
                          fault ->
                              assertThat(fault.reason())
                                  .contains("client_secret_basic is switched off")
                                  .contains("client_secret_post")));
    }
  }

  @Test
  void ofResourceServerWhenScopeOrRolesAreOthersThenUnprocessable() throws Exception {
    Registration registration = read("{\"name\":\"a\"}").ofResourceServer(ALL);
    assertThat(registration.kind()).isEqualTo(ClientKind.RESOURCE_SERVER);
    assertThat(registration.scope()).containsExactly("uma_protection");
    assertThatThrownBy(
            () ->
                read("{\"name\":\"a\",\"scope\":\"admin\",\"roles\":[\"r\"]}")
                    .ofResourceServer(ALL))
        .isInstanceOfSatisfying(
            RequestException.class,
            e ->
                assertThat(e.faults()).extracting(Fault::path).containsExactly("/roles", "/scope"));
  }

  @Test
  void registrationWhenNameIsTooLongThenUnprocessable() throws Exception {
    assertThat(read("{\"name\":\"" + "n".repeat(128) + "\"}").registration(ALL).name())
        .hasSize(128);
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
    assertThatThrownBy(() -> read("{\"roles\":[]}").registration(ALL))
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
    assertThatThrownBy(() -> read(json).registration(ALL))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
              assertThat(e.faults()).extracting(Fault::path).containsOnly(pointer);
            });
  }
}
