package org.heliogate.authz.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.heliogate.spi.ResourceSyntax;
import org.junit.jupiter.api.Test;

class RightsTest {

  private static final int MANY = 10_000;

  private final PrefixSyntax syntax = new PrefixSyntax();

  @Test
  void scopesWhenNamedOrCoveredThenUnionOfBoth() {
    Rights rights = rights(Map.of("a/*", Set.of("read"), "a/1", Set.of("write")), Map.of());
    assertThat(rights.scopes("a/1")).containsExactly("read", "write");
    assertThat(rights.scopes("a/2")).containsExactly("read");
    assertThat(rights.scopes("a/*")).containsExactly("read");
    assertThat(rights.scopes("a/b*")).containsExactly("read");
    assertThat(rights.scopes("*")).isEmpty();
    assertThat(rights.scopes("b")).isEmpty();
  }

  @Test
  void scopesWhenRefusedByNameOrPatternThenRefusalWins() {
    Rights rights =
        rights(
            Map.of("a/*", Set.of("read", "write")),
            Map.of("a/secret*", Set.of("read", "write"), "a/log", Set.of("write")));
    assertThat(rights.scopes("a/1")).containsExactly("read", "write");
    assertThat(rights.scopes("a/log")).containsExactly("read");
    assertThat(rights.scopes("a/secret/1")).isEmpty();
    assertThat(rights.refused("a/secret/1")).containsExactly("read", "write");
    assertThat(rights.refused("a/1")).isEmpty();
  }

  @Test
  void scopesWhenARefusalOnlyOverlapsThenItIsTheServersToEnforce() {
    Rights rights = rights(Map.of("a/*", Set.of("read")), Map.of("a/1", Set.of("read")));
    assertThat(rights.scopes("a/*")).containsExactly("read");
    assertThat(rights.scopes("a/1")).isEmpty();
  }

  @Test
  void scopesWhenTheServerKnowsNoPatternsThenNamesMustBeEqual() {
    Rights rights = new Rights(Map.of("a/*", Set.of("read")), Map.of(), () -> ResourceSyntax.NAMES);
    assertThat(rights.scopes("a/*")).containsExactly("read");
    assertThat(rights.scopes("a/1")).isEmpty();
  }

  @Test
  void allWhenRefusedInPartThenWhatIsLeftInOrder() {
    Rights rights =
        rights(
            Map.of("b", Set.of("read"), "a", Set.of("read", "write"), "c", Set.of("write")),
            Map.of("c", Set.of("write"), "a", Set.of("write")));
    assertThat(rights.all(Set.of(), 10))
        .containsExactly(Map.entry("a", Set.of("read")), Map.entry("b", Set.of("read")));
    assertThat(rights.all(Set.of(), 1)).containsOnlyKeys("a");
    assertThat(rights.all(Set.of("write"), 10)).isEmpty();
  }

  @Test
  void scopesWhenTenThousandNamesThenNothingIsCompared() {
    Map<String, Set<String>> many = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      many.put("a/" + i, Set.of("read"));
    }
    Rights rights = rights(many, many);
    assertThat(rights.scopes("a/5000")).isEmpty();
    rights = rights(many, Map.of("a/1*", Set.of("read")));
    assertThat(rights.scopes("a/5000")).containsExactly("read");
    assertThat(rights.scopes("a/1000")).isEmpty();
    assertThat(rights.scopes("unknown")).isEmpty();
    assertThat(rights.all(Set.of(), 51)).hasSize(51);
    assertThat(syntax.comparisons()).isLessThan(MANY);
  }

  @Test
  void scopesWhenTenThousandPatternsThenEachIsComparedOnce() {
    Map<String, Set<String>> many = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      many.put("a/" + i + "/*", Set.of("read"));
    }
    Rights rights = rights(many, Map.of());
    assertThat(rights.scopes("a/5000/x")).containsExactly("read");
    assertThat(syntax.comparisons()).isEqualTo(MANY);
    long[] nanos = new long[101];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      rights.scopes("a/" + i + "/x");
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "one name against %d patterns: median %d µs, worst %d µs of %d%n",
        MANY, nanos[nanos.length / 2] / 1_000, nanos[nanos.length - 1] / 1_000, nanos.length);
  }

  private Rights rights(Map<String, Set<String>> allowed, Map<String, Set<String>> denied) {
    return new Rights(allowed, denied, () -> syntax);
  }
}
