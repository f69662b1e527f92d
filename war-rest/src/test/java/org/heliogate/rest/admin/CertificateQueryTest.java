package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import org.heliogate.authz.ca.CertificateFilter;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.FormParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateQueryTest {

  @Test
  void readWhenTimesAreGivenThenRead() {
    CertificateFilter filter = read("expires_after", "2027-01-31T02:00:00+02:00");
    assertThat(filter.expiresAfter()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
    assertThat(filter.expiresBefore()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tomorrow",
        "2027-02-30T00:00:00Z",
        "2027-01-31",
        "+999999999-01-01T00:00:00Z",
        "-999999999-01-01T00:00:00Z"
      })
  void readWhenNoMomentThenInvalidRequest(String text) {
    for (String name : new String[] {"expires_after", "expires_before"}) {
      assertThatThrownBy(() -> read(name, text))
          .isInstanceOfSatisfying(
              RequestException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
          .hasMessageContaining(name);
    }
  }

  private static CertificateFilter read(String name, String value) {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    parameters.putSingle(name, value);
    return CertificateQuery.read(FormParameters.of(parameters));
  }
}
