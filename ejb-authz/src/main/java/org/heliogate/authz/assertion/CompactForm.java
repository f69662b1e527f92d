package org.heliogate.authz.assertion;

import java.util.regex.Pattern;

/**
 * The form of a signed JWT: three parts in base64url without padding, and no other character (RFC
 * 7515 §2, §5.2). Nimbus passes over such characters, so that one JWT would have many spellings and
 * two in one field could count as one.
 */
public final class CompactForm {

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

  private CompactForm() {}

  /** Whether a text has it. */
  public static boolean matches(String text) {
    return FORM.matcher(text).matches();
  }
}
