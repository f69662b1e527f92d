package org.heliogate.authz.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name, or the pattern of names, of what a resource server protects: an MQTT topic filter, an
 * XMPP pubsub node, a MongoDB {@code database/collection} or {@code database/*}.
 *
 * <p>A name has 1 to 1,024 UTF-16 units and at most 2,600 bytes in UTF-8, is well-formed Unicode
 * without control, format (invisible and bidirectional) and line-breaking characters, and is not
 * one of those that the HTTP contract ("Names") refuses everywhere: in workflows, grants and
 * registrations alike, <em>and for every kind of resource server</em>, because this code knows none
 * and a resource server's kind can be registered after the name. Read to the letter, these are
 * refused:
 *
 * <ul>
 *   <li>a name that starts with {@code $} (MQTT's {@code $SYS}, {@code $CONTROL}, {@code $share});
 *   <li>a name whose part before the first {@code /} (MongoDB's database) is {@code admin}, {@code
 *       local} or {@code config} in upper or lower case (MongoDB's database names differ by more
 *       than case), with anything or nothing behind it, or {@code *}, which would be all three;
 *   <li>a name whose part before or behind the first {@code /} (MongoDB's collection) starts with
 *       {@code system.}
 * </ul>
 *
 * <p>So {@code config/x} is refused as an MQTT topic too; {@code site/config/x}, {@code
 * configuration/x} and {@code wams/system/x} are not. Whether the name is well-formed for its
 * server is for that server's adapter to say. Instances are immutable.
 *
 * @param value the name as the resource server knows it
 */
public record ResourceName(String value) {

  /** The longest name, in UTF-16 units. */
  public static final int MAX_LENGTH = 1024;

  /**
   * The longest name, in bytes of UTF-8: with its server's identifier it has to fit into an entry
   * of a PostgreSQL index, 2,704 bytes.
   */
  public static final int MAX_BYTES = 2600;

  private static final Set<String> RESERVED = Set.of("admin", "local", "config", "*");
  private static final String SYSTEM = "system.";

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException with the reason of {@link #refusal}, if it is refused
   */
  public ResourceName {
    refusal(value)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  /**
   * Why {@code name} is refused, as a sentence about "the resource" that does not hold the name;
   * empty if it is allowed.
   */
  public static Optional<String> refusal(String name) {
    if (name.isEmpty()) {
      return Optional.of("the resource is empty");
    }
    if (name.length() > MAX_LENGTH) {
      return Optional.of("the resource is longer than " + MAX_LENGTH + " characters");
    }
    if (name.getBytes(UTF_8).length > MAX_BYTES) {
      return Optional.of("the resource is longer than " + MAX_BYTES + " bytes in UTF-8");
    }
    if (!name.codePoints().allMatch(ResourceName::isVisible)) {
      return Optional.of("the resource has a control, invisible or malformed character");
    }
    if (name.charAt(0) == '$') {
      return Optional.of("the resource starts with $");
    }
    int slash = name.indexOf('/');
    String head = slash < 0 ? name : name.substring(0, slash);
    String rest = slash < 0 ? "" : name.substring(slash + 1);
    if (RESERVED.contains(head.toLowerCase(Locale.ROOT))) {
      return Optional.of("the resource is in admin, local or config, which are refused");
    }
    if (isSystem(head) || isSystem(rest)) {
      return Optional.of("the resource is in system.*, which is refused");
    }
    return Optional.empty();
  }

  /** The name itself. */
  @Override
  public String toString() {
    return value;
  }

  private static boolean isSystem(String part) {
    return part.regionMatches(true, 0, SYSTEM, 0, SYSTEM.length());
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
