package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

  @Test
  void matchWhenNotSentThenAnyState() {
    assertThat(EntityTags.match(null, List.of("3"))).isFalse();
    assertThat(EntityTags.match(List.of(), List.of())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"3\"", " \"3\" ", "\"2\", \"3\"", "W/\"9\",\"3\"", "\"a,b\",\"3\""})
  void matchWhenATagIsCurrentThenJustThisState(String header) {
    assertThat(EntityTags.match(List.of(header), List.of("3", "3-yaml"))).isTrue();
  }

  @Test
  void matchWhenHeaderIsRepeatedThenOneList() {
    assertThat(EntityTags.match(List.of("\"2\"", "\"3\""), List.of("3"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"2\"", "W/\"3\"", "\"33\"", "\"\""})
  void matchWhenNoTagIsCurrentThenPreconditionFailed(String header) {
    assertRefused(ErrorCode.PRECONDITION_FAILED, header, List.of("3"));
  }

  @Test
  void matchWhenAnyThenItMustExist() {
    assertThat(EntityTags.match(List.of("*"), List.of("3"))).isFalse();
    assertRefused(ErrorCode.PRECONDITION_FAILED, "*", List.of());
    assertRefused(ErrorCode.PRECONDITION_FAILED, "\"3\"", List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "\"3", "'3'", "\"3\" \"4\"", "*, \"3\"", "", "w/\"3\"", "\"a b\""})
  void matchWhenMalformedThenRefused(String header) {
    assertRefused(ErrorCode.INVALID_REQUEST, header, List.of("3"));
  }

  @Test
  void knownWhenATagIsTheSameThenWeaklyToo() {
    assertThat(EntityTags.known(List.of("\"3\""), "3")).isTrue();
    assertThat(EntityTags.known(List.of("W/\"3\""), "3")).isTrue();
    assertThat(EntityTags.known(List.of("*"), "3")).isTrue();
    assertThat(EntityTags.known(List.of("\"2\""), "3")).isFalse();
    assertThat(EntityTags.known(null, "3")).isFalse();
  }

  private static void assertRefused(ErrorCode code, String header, List<String> current) {
    assertThatThrownBy(() -> EntityTags.match(List.of(header), current))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
