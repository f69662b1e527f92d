package org.heliogate.spi;

import java.util.Optional;

/**
 * The language in which one kind of resource server names resources: what a name is, what a
 * pattern, and what a pattern covers. It is answered from memory, so also while the server is down,
 * and often: many thousand times for one request. Thread-safe.
 */
public interface ResourceSyntax {

  /** The language without patterns: every text is a name, and a name covers itself alone. */
  ResourceSyntax NAMES =
      new ResourceSyntax() {
        @Override
        public Optional<String> fault(String resource) {
          return Optional.empty();
        }

        @Override
        public boolean isPattern(String resource) {
          return false;
        }

        @Override
        public boolean covers(String pattern, String resource) {
          return pattern.equals(resource);
        }
      };

  /**
   * Says why a permission on that resource could never be enforced.
   *
   * @return what is wrong, for people, without the resource itself: a sentence that goes on after
   *     "the resource"; empty if nothing is
   */
  Optional<String> fault(String resource);

  /** Whether the resource can cover others than itself. */
  boolean isPattern(String resource);

  /**
   * Whether every access that a permission on {@code resource} is about is one that a permission on
   * {@code pattern} is about, too. What is well-formed covers itself; what is malformed covers
   * nothing and is covered by nothing.
   *
   * @param pattern a name or a pattern
   * @param resource a name or a pattern
   */
  boolean covers(String pattern, String resource);
}
