package org.heliogate.rest.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.ResourceSearch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceSearchQueryTest {

  @Test
  void ofWhenKeycloaksClientWroteItThenUnderstood() {
    ResourceSearchQuery query =
        ResourceSearchQuery.of(
            query("name=x&owner=rs&matchingUri=false&exactName=true&deep=true&max=-1"));
    assertThat(query.search()).isEqualTo(new ResourceSearch(null, "x", true, null, null, 0, null));
    assertThat(query.owner()).isEqualTo("rs");
    assertThat(query.deep()).isTrue();
  }

  @Test
  void ofWhenEmptyThenEverything() {
    assertThat(ResourceSearchQuery.of(query("")).search())
        .isEqualTo(new ResourceSearch(null, null, false, null, null, 0, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uri=x",
        "matchingUri=true",
        "deep=yes",
        "exactName=1",
        "first=-1",
        "first=x",
        "max=0",
        "max=-2",
        "max=1001",
        "max=99999999999",
        "scope=a b",
        "name=a&name=b"
      })
  void ofWhenItCannotBeThenInvalidRequest(String text) {
    MultivaluedMap<String, String> query = query(text);
    assertThatThrownBy(() -> ResourceSearchQuery.of(query))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  private static MultivaluedMap<String, String> query(String text) {
    MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
    for (String one : text.isEmpty() ? new String[0] : text.split("&", -1)) {
      int equals = one.indexOf('=');
      query.add(one.substring(0, equals), one.substring(equals + 1));
    }
    return query;
  }
}
