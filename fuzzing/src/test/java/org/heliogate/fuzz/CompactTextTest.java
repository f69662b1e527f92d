package org.heliogate.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompactTextTest {

  private static final String TOKEN =
      encoded("{\"alg\":\"ES256\"}") + '.' + encoded("{\"sub\":\"a\"}") + ".AAAA";

  @Test
  void mutatedWhenOftenThenHasTheKnownAttacks() {
    Set<String> texts = new HashSet<>();
    Cases.each(5_000, chance -> texts.add(CompactText.mutated(chance, TOKEN)));
    assertThat(texts)
        .hasSizeGreaterThan(2_000)
        .anyMatch(text -> text.startsWith(encoded("{\"alg\":\"none\"}") + '.'))
        .anyMatch(text -> text.startsWith(encoded("{\"alg\":\"HS256\"}") + '.'))
        .anyMatch(text -> text.split("\\.", -1).length == 2)
        .anyMatch(text -> text.endsWith("."));
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
