package org.heliogate.rar.mqtt;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rules of MQTT topic filters (MQTT 5.0 §4.7), as far as a right may name one. */
final class TopicFilter {

  /** The longest UTF-8 string that MQTT can carry (MQTT 5.0 §1.5.4), in bytes. */
  static final int MAX_BYTES = 65_535;

  /** The most levels that Mosquitto takes in a topic. */
  static final int MAX_LEVELS = 200;

  private TopicFilter() {}

  /**
   * Says what is wrong with a topic filter that shall become a right.
   *
   * @return what is wrong, for people; empty if the filter may be used
   */
  static Optional<String> fault(String filter) {
    if (filter.isEmpty()) {
      return Optional.of("is empty");
    }
    if (filter.charAt(0) == '$') {
      return Optional.of("starts with $, which belongs to the broker");
    }
    if (filter.codePoints().anyMatch(TopicFilter::isForbidden)) {
      return Optional.of("has a control character or a code point that is no character");
    }
    Optional<Integer> bytes = utf8Length(filter);
    if (bytes.isEmpty()) {
      return Optional.of("is no valid UTF-8");
    }
    if (bytes.get() > MAX_BYTES) {
      return Optional.of("is longer than " + MAX_BYTES + " bytes");
    }
    String[] levels = filter.split("/", -1);
    if (levels.length > MAX_LEVELS) {
      return Optional.of("has more than " + MAX_LEVELS + " levels");
    }
    return wildcardFault(levels);
  }

  /** Whether a topic name matches a valid filter (MQTT 5.0 §4.7.1, §4.7.2). */
  static boolean matches(String filter, String topic) {
    if ((filter.charAt(0) == '$') != (topic.charAt(0) == '$')) {
      return false;
    }
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i == levels.length || !(wanted[i].equals("+") || wanted[i].equals(levels[i]))) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }

  /**
   * Whether a valid filter matches every topic that another valid filter matches. Level by level
   * and without allocation, as a client may have thousands of filters. A filter that says the same
   * in another way ({@code +/#} for {@code #}) is not seen as such.
   */
  static boolean covers(String filter, String other) {
    int i = 0;
    int j = 0;
    while (i <= filter.length()) {
      int end = levelEnd(filter, i);
      if (isLevel(filter, i, end, '#')) {
        return true;
      }
      if (j > other.length()) {
        return false;
      }
      int otherEnd = levelEnd(other, j);
      boolean matches =
          isLevel(filter, i, end, '+')
              ? !isLevel(other, j, otherEnd, '#')
              : end - i == otherEnd - j && filter.regionMatches(i, other, j, end - i);
      if (!matches) {
        return false;
      }
      i = end + 1;
      j = otherEnd + 1;
    }
    return j > other.length();
  }

  private static int levelEnd(String filter, int start) {
    int slash = filter.indexOf('/', start);
    return slash < 0 ? filter.length() : slash;
  }

  private static boolean isLevel(String filter, int start, int end, char wildcard) {
    return end == start + 1 && filter.charAt(start) == wildcard;
  }

  private static Optional<String> wildcardFault(String[] levels) {
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      if (level.contains("#") && !(level.equals("#") && i == levels.length - 1)) {
        return Optional.of("has a # that is not its whole last level");
      }
      if (level.contains("+") && !level.equals("+")) {
        return Optional.of("has a + that is not a whole level");
      }
    }
    return Optional.empty();
  }

  private static boolean isForbidden(int codePoint) {
    boolean control = Character.getType(codePoint) == Character.CONTROL;
    boolean nonCharacter =
        (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    return control || nonCharacter;
  }

  private static Optional<Integer> utf8Length(String text) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text))
              .remaining());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
