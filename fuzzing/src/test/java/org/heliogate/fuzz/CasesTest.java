package org.heliogate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CasesTest {

  private static final Logger LOG = Logger.getLogger("org.heliogate.fuzz.test");
  private String seed = "";

  @BeforeEach
  void keepSeed() {
    seed = System.getProperty("heliogate.fuzz.seed", "1");
  }

  @AfterEach
  void restoreSeed() {
    System.setProperty("heliogate.fuzz.seed", seed);
  }

  @Test
  void eachWhenOneFailsThenItsSeedBringsTheSameInput() {
    List<String> failing = new ArrayList<>();
    Cases.Property property =
        chance -> {
          String text = chance.noise(8);
          if (text.length() == 7) {
            failing.add(text);
            throw new IllegalStateException("seven");
          }
        };
    String message = failure(1_000, property);
    Matcher named = Pattern.compile("-Dheliogate.fuzz.seed=(-?[0-9]+) ").matcher(message);
    assertThat(named.find()).as(message).isTrue();
    System.setProperty("heliogate.fuzz.seed", named.group(1));
    assertThat(failure(1, property)).isEqualTo(message);
    assertThat(new HashSet<>(failing)).hasSize(1);
  }

  @Test
  void eachWhenSeedIsTheSameThenInputsAreTheSame() {
    List<String> texts = new ArrayList<>();
    Cases.each(50, chance -> texts.add(Mutations.text(chance, "{\"a\":1}")));
    Cases.each(50, chance -> texts.add(Mutations.text(chance, "{\"a\":1}")));
    assertThat(texts.subList(0, 50)).isEqualTo(texts.subList(50, 100));
    assertThat(new HashSet<>(texts)).hasSizeGreaterThan(40);
  }

  @Test
  void eachWhenSecretIsLoggedThenFails() {
    assertThat(failure(1, chance -> LOG.log(Level.FINEST, "it is {0}", chance.secret())))
        .contains("the log holds a secret");
    assertThat(
            failure(
                1,
                chance ->
                    LOG.log(
                        Level.INFO, "failed", new IllegalStateException("x" + chance.secret()))))
        .contains("the log holds a secret");
    assertThatCode(() -> Cases.each(1, chance -> LOG.info("nothing of " + chance.text())))
        .doesNotThrowAnyException();
  }

  @Test
  void eachWhenAllocationIsOutOfProportionThenFails() {
    assertThat(failure(1, chance -> assertThat(new byte[80 << 20]).isNotEmpty()))
        .contains("allocates");
  }

  private static String failure(int cases, Cases.Property property) {
    List<String> message = new ArrayList<>();
    assertThatThrownBy(() -> Cases.each(cases, property))
        .isInstanceOfSatisfying(AssertionError.class, e -> message.add(e.getMessage()));
    return message.get(0);
  }
}
