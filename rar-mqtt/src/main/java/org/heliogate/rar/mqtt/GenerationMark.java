package org.heliogate.rar.mqtt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The generation that a principal's role enforces, as written into the role's {@code
 * textdescription}: one command writes rights and generation together.
 *
 * <p>The role of a principal that became absent stays behind, empty, as a tombstone. It keeps the
 * generation, so that a late, older state cannot bring the principal back.
 *
 * @param generation the generation, 0 if the role carries none
 * @param absent whether the role is a tombstone
 */
record GenerationMark(long generation, boolean absent) {

  private static final Pattern TEXT = Pattern.compile("heliogate generation=(\\d{1,19})( absent)?");

  /** Reads a mark; anything else carries no generation. */
  static GenerationMark parse(@Nullable String text) {
    Matcher matcher = TEXT.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return new GenerationMark(0, false);
    }
    try {
      return new GenerationMark(Long.parseLong(matcher.group(1)), matcher.group(2) != null);
    } catch (NumberFormatException e) {
      return new GenerationMark(0, false);
    }
  }

  /** The mark as the plugin keeps it. */
  String text() {
    return "heliogate generation=" + generation + (absent ? " absent" : "");
  }
}
