package org.heliogate.authz.platform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a node keeps in memory of the database: bounded, and forgotten as soon as word of a change
 * arrives (architecture, decisions 7 and 8). A value that was read before the word came is used for
 * the request that read it and not kept, so that nothing outdated stays. Thread-safe; no lock is
 * held while the database is asked.
 *
 * @param <K> the names of what is kept
 * @param <V> what is kept
 */
public final class NodeCache<K, V> {

  private final Cache<K, V> values;
  private final AtomicLong words = new AtomicLong();

  /** An empty cache with the bounds that the builder has. */
  public NodeCache(Caffeine<? super K, ? super V> bounds) {
    this.values = bounds.build();
  }

  /**
   * The value of that name.
   *
   * @param load reads it if it is not at hand
   */
  public V get(K name, Function<K, V> load) {
    V known = values.getIfPresent(name);
    if (known != null) {
      return known;
    }
    long before = words.get();
    V read = load.apply(name);
    keep(name, read, before);
    return read;
  }

  /**
   * The values of those names.
   *
   * @param load reads those that are not at hand; it may leave some out, which are not kept then
   */
  public Map<K, V> getAll(Collection<K> names, Function<Set<K>, Map<K, V>> load) {
    Map<K, V> found = new HashMap<>(values.getAllPresent(names));
    Set<K> missing = new LinkedHashSet<>(names);
    missing.removeAll(found.keySet());
    if (missing.isEmpty()) {
      return found;
    }
    long before = words.get();
    Map<K, V> read = load.apply(missing);
    read.forEach((name, value) -> keep(name, value, before));
    found.putAll(read);
    return found;
  }

  /** Whoever tells of a change counts first and forgets then; so one of the two sees the other. */
  private void keep(K name, V read, long before) {
    values.asMap().compute(name, (id, last) -> words.get() == before ? read : last);
  }

  /** Word that one has changed. */
  public void forget(K name) {
    words.incrementAndGet();
    values.invalidate(name);
  }

  /** Word that all of a kind have changed. */
  public void forgetIf(Predicate<V> changed) {
    words.incrementAndGet();
    values.asMap().values().removeIf(changed);
  }
}
