package org.heliogate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  private static final JsonText OBJECT =
      JsonText.object().withText("name", "a\"\u00e9\ud800").with("n", "[1]");

  @Test
  void toStringWhenNothingIsBrokenThenTheJson() {
    assertThat(OBJECT).hasToString("{\"name\":\"a\\u0022\\u00e9\\ud800\",\"n\":[1]}");
    assertThat(JsonText.object()).hasToString("{}");
  }

  @Test
  void mutatedWhenOftenThenManyAndSometimesTheSame() {
    Set<String> texts = new HashSet<>();
    Cases.each(1_000, chance -> texts.add(OBJECT.mutated(chance).toString()));
    assertThat(texts).hasSizeGreaterThan(300).contains(OBJECT.toString());
    assertThat(texts)
        .anyMatch(text -> text.contains("\"name\":") && text.matches(".*\"n\":.*\"n\":.*"));
  }
}
