package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;

class FormParametersTest {

  @Test
  void ofWhenANameOrAValueHasANulThenInvalidRequest() {
    refused("scope", "a\0", "the parameter scope is malformed");
    refused("sco\0pe", "a", "the parameter ? is malformed");
    refused("sco\0pe", "", "the parameter ? is malformed");
  }

  @Test
  void ofWhenAValueIsEmptyThenAsIfLeftOut() {
    assertThat(FormParameters.of(form("scope", "")).find("scope")).isEmpty();
    assertThat(FormParameters.of(form("scope", "a")).find("scope")).hasValue("a");
  }

  private static void refused(String name, String value, String message) {
    assertThatThrownBy(() -> FormParameters.of(form(name, value)))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  private static MultivaluedMap<String, String> form(String name, String value) {
    MultivaluedMap<String, String> form = new MultivaluedHashMap<>();
    form.add(name, value);
    return form;
  }
}
