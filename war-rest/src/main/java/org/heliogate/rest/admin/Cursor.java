package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * The opaque cursor of a list: where the next page begins. A cursor of one list is none of another.
 */
final class Cursor {

  private static final int MAX_LENGTH = 256;

  private Cursor() {}

  /** The cursor for the page after that position. */
  static String write(String list, String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((list + ':' + position).getBytes(UTF_8));
  }

  /**
   * The position that a cursor stands for.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if the list never gave it
   */
  static String read(String list, String cursor) {
    if (cursor.length() <= MAX_LENGTH) {
      try {
        String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
        String position = text.substring(Math.min(text.length(), list.length() + 1));
        if (!position.isEmpty()
            && position.chars().noneMatch(Character::isISOControl)
            && write(list, position).equals(cursor)) {
          return position;
        }
      } catch (IllegalArgumentException e) {
        throw refused();
      }
    }
    throw refused();
  }

  private static RequestException refused() {
    return new RequestException(
        ErrorCode.INVALID_REQUEST, "cursor is not one that this list gave as next_cursor");
  }
}
