package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/+, a/b, true",
    "a/+, a/+, true",
    "a/+, a/, true",
    "a/#, a/b/c, true",
    "a/#, a/+/c, true",
    "a/#, a/#, true",
    "a/#, a, true",
    "a/#, ab, false",
    "#, a/b, true",
    "#, #, true",
    "+/+, a/b, true",
    "+, #, false",
    "a/+, a/#, false",
    "a/b, a/+, false",
    "a/b, a/#, false",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "a, a/b, false",
    "a/b, a, false",
    "a/bc, a/bd, false",
    "/+, /a, true",
    "+, /a, false",
    "a//b, a//b, true",
    "a/+/b, a//b, true"
  })
  void coversWhenFilterAndFilterThenAsMqttSays(String filter, String other, boolean covers) {
    assertThat(TopicFilter.covers(filter, other)).isEqualTo(covers);
  }

  /** What covers a topic name is what matches it, for every short name and filter. */
  @Test
  void coversWhenAgainstANameThenAgreesWithMatches() {
    List<String> levels = List.of("a", "b", "", "+", "#");
    List<String> filters = new ArrayList<>(levels);
    for (String one : levels) {
      for (String two : levels) {
        filters.add(one + "/" + two);
        levels.forEach(three -> filters.add(one + "/" + two + "/" + three));
      }
    }
    filters.removeIf(filter -> TopicFilter.fault(filter).isPresent());
    List<String> names =
        filters.stream().filter(filter -> !filter.contains("+") && !filter.contains("#")).toList();
    for (String filter : filters) {
      for (String name : names) {
        assertThat(TopicFilter.covers(filter, name))
            .as("%s covers %s", filter, name)
            .isEqualTo(TopicFilter.matches(filter, name));
      }
      for (String other : filters) {
        if (TopicFilter.covers(filter, other)) {
          assertThat(names)
              .as("%s covers %s", filter, other)
              .allMatch(
                  name -> TopicFilter.matches(filter, name) || !TopicFilter.matches(other, name));
        }
      }
    }
  }

  @Test
  void syntaxWhenMalformedThenCoversNothing() {
    TopicSyntax syntax = TopicSyntax.INSTANCE;
    for (String bad : List.of("", "$SYS/x", "a#", "#/a", "a/b+")) {
      assertThat(syntax.fault(bad)).isPresent();
      assertThat(syntax.covers("#", bad)).isFalse();
      assertThat(syntax.covers(bad, bad)).isFalse();
      assertThat(syntax.covers(bad, "a")).isFalse();
    }
    assertThat(syntax.isPattern("a/+")).isTrue();
    assertThat(syntax.isPattern("a/#")).isTrue();
    assertThat(syntax.isPattern("a/b")).isFalse();
  }
}
