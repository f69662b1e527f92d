package org.heliogate.authz.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class NodeCacheTest {

  private final NodeCache<String, Integer> cache = new NodeCache<>(Caffeine.newBuilder());
  private final AtomicInteger loads = new AtomicInteger();
  private final Function<Set<String>, Map<String, Integer>> load =
      names -> {
        int now = loads.incrementAndGet();
        return Map.of(names.iterator().next(), now);
      };

  @Test
  void getAllWhenKnownThenLoadsOnlyOnce() {
    assertThat(cache.getAll(List.of("a"), load)).containsEntry("a", 1);
    assertThat(cache.getAll(List.of("a"), load)).containsEntry("a", 1);
    assertThat(cache.getAll(List.of("a", "b"), load)).containsEntry("a", 1).containsEntry("b", 2);
    cache.forget("a");
    assertThat(cache.getAll(List.of("a", "b"), load)).containsEntry("a", 3).containsEntry("b", 2);
    cache.forgetIf(value -> value == 2);
    assertThat(cache.getAll(List.of("a", "b"), load)).containsEntry("a", 3).containsEntry("b", 4);
  }

  @Test
  void getAllWhenWordComesWhileItLoadsThenTheValueIsNotKept() {
    Function<Set<String>, Map<String, Integer>> outdated =
        names -> {
          cache.forget("a");
          return Map.of("a", 0);
        };
    assertThat(cache.getAll(List.of("a"), outdated)).containsEntry("a", 0);
    assertThat(cache.getAll(List.of("a"), load)).containsEntry("a", 1);
  }
}
