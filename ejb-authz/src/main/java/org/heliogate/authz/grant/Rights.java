package org.heliogate.authz.grant;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.heliogate.spi.ResourceSyntax;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do on one resource server at one moment, ready to be asked. A right counts
 * for the name that it has and for all that its pattern covers; so does a refusal, which wins.
 * Refusals of which a pattern only overlaps what is asked are the resource server's to enforce.
 *
 * <p>A name that has a right or refusal of its own is found by one look; beyond that only the
 * client's patterns are gone through. Immutable and thread-safe.
 */
public final class Rights {

  private final Map<String, Set<String>> allowed;
  private final Map<String, Set<String>> denied;
  private final Supplier<ResourceSyntax> syntax;
  private volatile @Nullable Patterns patterns;

  private record Patterns(ResourceSyntax syntax, List<String> allowed, List<String> denied) {}

  /**
   * Rights and refusals by resource; the syntax is asked for once, when it is needed.
   *
   * @param syntax which resources are patterns, and what they cover
   */
  Rights(
      Map<String, Set<String>> allowed,
      Map<String, Set<String>> denied,
      Supplier<ResourceSyntax> syntax) {
    this.allowed = new TreeMap<>(allowed);
    this.denied = Map.copyOf(denied);
    this.syntax = syntax;
  }

  /** The scopes that the client has on a resource or pattern of that name. */
  public Set<String> scopes(String name) {
    Set<String> scopes = new TreeSet<>(allowed.getOrDefault(name, Set.of()));
    Patterns known = patterns();
    for (String pattern : known.allowed) {
      if (known.syntax.covers(pattern, name)) {
        scopes.addAll(allowed.getOrDefault(pattern, Set.of()));
      }
    }
    return without(scopes, name);
  }

  /** The scopes that are refused to the client on a resource or pattern of that name. */
  public Set<String> refused(String name) {
    if (denied.isEmpty()) {
      return Set.of();
    }
    Set<String> scopes = new TreeSet<>(denied.getOrDefault(name, Set.of()));
    Patterns known = patterns();
    for (String pattern : known.denied) {
      if (known.syntax.covers(pattern, name)) {
        scopes.addAll(denied.getOrDefault(pattern, Set.of()));
      }
    }
    return scopes;
  }

  /**
   * The resources and patterns on which the client has a right, as they were granted, in the order
   * of their names.
   *
   * @param wanted only these scopes; empty for all
   * @param most how many are enough
   */
  public Map<String, Set<String>> all(Set<String> wanted, int most) {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Map.Entry<String, Set<String>> right : allowed.entrySet()) {
      Set<String> scopes = new TreeSet<>(right.getValue());
      if (!wanted.isEmpty()) {
        scopes.retainAll(wanted);
      }
      scopes = without(scopes, right.getKey());
      if (!scopes.isEmpty()) {
        all.put(right.getKey(), scopes);
        if (all.size() >= most) {
          break;
        }
      }
    }
    return all;
  }

  private Set<String> without(Set<String> scopes, String name) {
    if (!scopes.isEmpty() && !denied.isEmpty()) {
      scopes.removeAll(refused(name));
    }
    return scopes;
  }

  private Patterns patterns() {
    Patterns known = patterns;
    if (known == null) {
      ResourceSyntax language = syntax.get();
      known =
          new Patterns(
              language,
              allowed.keySet().stream().filter(language::isPattern).toList(),
              denied.keySet().stream().filter(language::isPattern).toList());
      patterns = known;
    }
    return known;
  }
}
