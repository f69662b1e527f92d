package org.heliogate.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The ways to break a text or bytes that know nothing of their syntax. */
public final class Mutations {

  private static final int MOST = 4;
  private static final int LONGEST_RUN = 40;
  private static final String MARKS = "\"'\\{}[]():;,.=&%+/_- \t\r\n\0@#$*<>|~^`!?";

  private Mutations() {}

  /** The text with one to four changes, almost always another text. */
  public static String text(Chance chance, String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int changes = 1 + chance.below(MOST); changes > 0; changes--) {
      change(chance, changed);
    }
    return changed.toString();
  }

  /** The bytes with one to four changes, almost always other bytes. */
  public static byte[] bytes(Chance chance, byte[] bytes) {
    StringBuilder changed = new StringBuilder(new String(bytes, ISO_8859_1));
    for (int changes = 1 + chance.below(MOST); changes > 0; changes--) {
      if (chance.oneIn(3) && !changed.isEmpty()) {
        int at = chance.below(changed.length());
        changed.setCharAt(at, (char) (changed.charAt(at) ^ 1 << chance.below(8)));
      } else {
        change(chance, changed);
      }
    }
    // A byte of a text that was put in and is none becomes a question mark.
    return changed.toString().getBytes(ISO_8859_1);
  }

  private static void change(Chance chance, StringBuilder text) {
    int at = chance.below(text.length() + 1);
    int end = Math.min(text.length(), at + 1 + chance.below(LONGEST_RUN));
    switch (chance.below(8)) {
      case 0 -> text.insert(at, MARKS.charAt(chance.below(MARKS.length())));
      case 1 -> text.delete(at, end);
      case 2 -> text.insert(at, text.substring(at, end));
      case 3 -> text.insert(chance.below(text.length() + 1), text.substring(at, end));
      case 4 -> text.setLength(at);
      case 5 -> text.insert(at, chance.text());
      case 6 -> text.insert(at, (char) chance.below(0x10000));
      default -> {
        if (at < text.length()) {
          text.setCharAt(at, (char) (' ' + chance.below('~' - ' ')));
        }
      }
    }
  }
}
