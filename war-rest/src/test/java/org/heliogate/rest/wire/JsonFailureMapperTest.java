package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.JsonText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonFailureMapperTest {

  record Body(
      @Nullable String secret,
      @Nullable List<String> list,
      @Nullable Integer number,
      @Nullable Boolean flag) {}

  @Test
  void describeWhenValueIsWrongThenNamesTheMember() {
    assertThat(described("{\"number\":\"a\"}"))
        .isEqualTo("the member 'number' is unknown, repeated, missing or of the wrong type");
    assertThat(described("{\"list\":[[]]}")).contains("'list.[]'");
    assertThat(described("{\"other\":1}")).contains("'other'");
  }

  @Test
  void describeWhenBodyIsNoJsonOrRepeatsAMemberThenNamesTheLine() {
    String expected = "the body is not well-formed JSON, or repeats a member, line 2";
    assertThat(described("\n{")).isEqualTo(expected);
    assertThat(described("\n{\"number\":1,\"number\":2}")).isEqualTo(expected);
  }

  @Test
  void describeWhenBodyIsNoObjectThenNotCalledMalformed() {
    String expected = "the body as a whole is of the wrong type, or has something behind it";
    assertThat(described("[]")).isEqualTo(expected);
    assertThat(described("1")).isEqualTo(expected);
    assertThat(described("{} {}")).isEqualTo(expected);
  }

  @Test
  void describeWhenNameIsOneOfKeycloaksThenNamesIt() {
    assertThat(described("{\"displayName\":1}")).contains("'displayName'");
    assertThat(described("{\"displayNames\":1}")).contains("'?'");
  }

  @Test
  void describeWhenNameIsNoPlainOneThenNotRepeated() {
    assertThat(described("{\"" + "a".repeat(40_000) + "\":1}")).contains("'?'").hasSizeLessThan(90);
    assertThat(described("{\"a b\":1}")).contains("'?'");
    assertThat(described("{\"\\u202e\":1}")).contains("'?'");
  }

  @Test
  void describeWhenBodyIsHostileThenShortAndNothingOfTheValues() {
    Cases.each(
        chance -> {
          String secret = chance.secret();
          String json =
              JsonText.object()
                  .withText("secret", secret)
                  .with("list", '[' + JsonText.quoted(secret) + ']')
                  .with("number", chance.of("1", JsonText.quoted(secret)))
                  .with("flag", chance.of("true", '{' + JsonText.quoted("a") + ":1}"))
                  .withText(chance.of("secret", "list", "number", "other"), secret)
                  .mutated(chance)
                  .broken(chance);
          String text = described(json);
          assertThat(text).hasSizeLessThan(600);
          chance.assertKept("description", text);
        });
  }

  private static String described(String json) {
    try {
      return "read: " + (JsonMapper.mapper().readValue(json, Body.class) != null);
    } catch (JsonProcessingException e) {
      return JsonFailureMapper.describe(e);
    }
  }
}
