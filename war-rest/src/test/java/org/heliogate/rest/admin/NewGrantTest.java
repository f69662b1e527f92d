package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.List;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.policy.GrantTerms;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewGrantTest {

  @Test
  void termsWhenEverythingIsGivenThenRead() throws Exception {
    GrantTerms terms =
        read(
            """
            {"client":"c","resource_server":"mqtt","resource":"a/+","scopes":["publish"],
             "effect":"deny","not_before":"2030-01-01T00:00:00Z",
             "not_after":"2030-01-01T02:00:00+01:00"}""");
    assertThat(terms.client()).isEqualTo("c");
    assertThat(terms.role()).isNull();
    assertThat(terms.effect()).isEqualTo(Effect.DENY);
    assertThat(terms.scopes()).containsExactly("publish");
    assertThat(terms.notBefore()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(terms.notAfter()).isEqualTo(Instant.parse("2030-01-01T01:00:00Z"));
  }

  @Test
  void termsWhenOptionalMembersAreLeftOutThenAllowedAtOnceAndForEver() throws Exception {
    GrantTerms terms =
        read("{\"role\":\"r\",\"resource_server\":\"s\",\"resource\":\"a\",\"scopes\":[\"x\"]}");
    assertThat(terms.effect()).isEqualTo(Effect.ALLOW);
    assertThat(terms.notBefore()).isNull();
    assertThat(terms.notAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resource_server\":\"s\",\"resource\":\"a\",\"scopes\":[\"x\"]}",
        "{\"client\":\"c\",\"resource\":\"a\",\"scopes\":[\"x\"]}",
        "{\"client\":\"c\",\"resource_server\":\"s\",\"scopes\":[\"x\"]}",
        "{\"client\":\"c\",\"resource_server\":\"s\",\"resource\":\"a\"}"
      })
  void termsWhenAMemberIsMissingThenInvalidRequest(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void termsWhenValuesCannotBeThenEveryFaultIsNamed() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"client":"c","resource_server":"s","resource":"a","scopes":["x","x",null],
                     "effect":"ALLOW","not_before":"tomorrow","not_after":"+12345-01-01T00:00:00Z"}"""))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
              assertThat(e.faults().stream().map(Fault::path))
                  .contains("/scopes", "/effect", "/not_before", "/not_after");
            });
  }

  @Test
  void instantWhenNoMomentThenRefused() {
    for (String text :
        List.of("", "2030-02-30T00:00:00Z", "2030-01-01", "2030-01-01T00:00:00", "1893456000")) {
      List<Fault> faults = new java.util.ArrayList<>();
      assertThat(NewGrant.instant("/not_after", text, faults)).isNull();
      assertThat(faults).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"client\":1}",
        "{\"not_after\":1893456000}",
        "{\"scopes\":\"x\"}",
        "{\"who\":\"c\"}",
        "[]"
      })
  void bodyWhenOfAnotherShapeThenNotRead(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
  }

  private static GrantTerms read(String json) throws JsonProcessingException {
    return JsonMapper.mapper().readValue(json, NewGrant.class).terms();
  }
}
