package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a/b", "/", "a//b", "+", "#", "a/+/b", "+/+", "a/#", "/#", "é/日本/𝄞", "a b"})
  void faultWhenValidThenNone(String filter) {
    assertThat(TopicFilter.fault(filter)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$SYS/#",
        "$share/g/a",
        "$",
        "a#",
        "a/#/b",
        "##",
        "#/a",
        "a+",
        "a/+b",
        "++",
        "a\0b",
        "a\nb",
        "a\u007fb",
        "a\ud800b",
        "a\uffffb",
        "a\ufdd0b"
      })
  void faultWhenInvalidThenSaysSo(String filter) {
    assertThat(TopicFilter.fault(filter)).isPresent();
  }

  @Test
  void faultWhenAtLengthLimitThenNoneAndBeyondThenSaysSo() {
    assertThat(TopicFilter.fault("é".repeat(TopicFilter.MAX_BYTES / 2) + "a")).isEmpty();
    assertThat(TopicFilter.fault("é".repeat(TopicFilter.MAX_BYTES / 2 + 1))).isPresent();
    assertThat(TopicFilter.fault("/".repeat(TopicFilter.MAX_LEVELS - 1))).isEmpty();
    assertThat(TopicFilter.fault("/".repeat(TopicFilter.MAX_LEVELS))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/+, a/b, true",
    "a/#, a/b/c, true",
    "a/#, a, true",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "a, a/b, false",
    "#, $CONTROL/x, false",
    "+/x, $CONTROL/x, false",
    "$CONTROL/#, $CONTROL/x/y, true"
  })
  void matchesWhenFilterAndTopicThenAsMqttSays(String filter, String topic, boolean matches) {
    assertThat(TopicFilter.matches(filter, topic)).isEqualTo(matches);
  }
}
