package org.heliogate.rest.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request (RFC 9110 §13.1). Tags are strong; {@code If-Match} is optional and
 * honoured on every write to a thing that has a tag: a request without it is made for whatever
 * state there is.
 */
final class EntityTags {

  private static final Pattern TAG =
      Pattern.compile("\\G[ \\t]*(W/)?\"([\\x21\\x23-\\x7E]*)\"[ \\t]*(?:,|$)");

  private EntityTags() {}

  /**
   * Checks {@code If-Match} (RFC 9110 §13.1.1) by strong comparison.
   *
   * @param header the header's values; null or empty if it was not sent
   * @param current the tags of what there is, one for each representation; empty if there is
   *     nothing
   * @return whether the request was made for just this state; false for any state
   * @throws RequestException {@link ErrorCode#PRECONDITION_FAILED}; {@link
   *     ErrorCode#INVALID_REQUEST} if the header cannot be read
   */
  static boolean match(@Nullable List<String> header, Collection<String> current) {
    if (header == null || header.isEmpty()) {
      return false;
    }
    if (any(header)) {
      if (current.isEmpty()) {
        throw new RequestException(ErrorCode.PRECONDITION_FAILED, "there is nothing to change");
      }
      return false;
    }
    boolean matches =
        tags(header, "If-Match").stream().anyMatch(tag -> !tag.weak && current.contains(tag.value));
    if (!matches) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED,
          current.isEmpty() ? "there is nothing to change" : "it was changed since it was read");
    }
    return true;
  }

  /**
   * Whether {@code If-None-Match} (RFC 9110 §13.1.2) names the tag, so that the caller has it.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if the header cannot be read
   */
  static boolean known(@Nullable List<String> header, String current) {
    return header != null
        && !header.isEmpty()
        && (any(header)
            || tags(header, "If-None-Match").stream().anyMatch(tag -> tag.value.equals(current)));
  }

  private record Tag(boolean weak, String value) {}

  private static boolean any(List<String> header) {
    return header.size() == 1 && header.get(0).strip().equals("*");
  }

  private static List<Tag> tags(List<String> header, String name) {
    String text = String.join(",", header);
    List<Tag> tags = new ArrayList<>();
    Matcher matcher = TAG.matcher(text);
    int end = 0;
    while (matcher.find()) {
      tags.add(new Tag(matcher.group(1) != null, matcher.group(2)));
      end = matcher.end();
    }
    if (tags.isEmpty() || end != text.length()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, name + " is * or a list of quoted entity tags");
    }
    return tags;
  }
}
