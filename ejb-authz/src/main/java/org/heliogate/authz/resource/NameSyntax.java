package org.heliogate.authz.resource;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The alphabets of names, by what they name. All are ASCII, so a name has as many bytes as
 * characters and looks the same in every log, column and topic.
 */
public enum NameSyntax {
  /**
   * A master (device) ID, a device attribute's name and every value that is substituted into a
   * resource: {@code [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}}. It has no separator and no wildcard of any
   * kind of resource server and does not start with a dot, so it always stays within one level.
   */
  IDENTIFIER("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}"),

  /**
   * The name of a workflow, a role, a workflow's client or a resource server: {@code
   * [a-z0-9][a-z0-9-]{0,63}}.
   */
  LABEL("[a-z0-9][a-z0-9-]{0,63}"),

  /**
   * One scope-token of RFC 6749 §3.3 ({@code 1*( %x21 / %x23-5B / %x5D-7E )}) of at most 64
   * characters; the RFC sets no bound.
   */
  SCOPE("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,64}");

  private final Pattern pattern;

  NameSyntax(String regex) {
    this.pattern = Pattern.compile(regex);
  }

  /** Whether the whole of {@code name} is in this alphabet; null is not. */
  public boolean matches(@Nullable CharSequence name) {
    return name != null && name.length() <= 64 && pattern.matcher(name).matches();
  }

  /** The regular expression, without anchors, as it is shown in messages and schemas. */
  public String pattern() {
    return pattern.pattern();
  }

  /**
   * Returns {@code name} if it is in this alphabet.
   *
   * @param what what the name names, for the message, for example {@code "a device id"}
   * @throws IllegalArgumentException if it is not; the message holds {@code what} and the pattern,
   *     never the name
   */
  public String require(String what, @Nullable String name) {
    if (name == null || !matches(name)) {
      throw new IllegalArgumentException(what + " must match " + pattern());
    }
    return name;
  }
}
