package org.heliogate.rar.mqtt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a principal logs in, as written into the {@code textdescription} of its client entry, because
 * the plugin tells nobody whether an entry has a password.
 *
 * @param kind the kind of credential
 * @param generation for {@link Kind#PASSWORD} the generation that set the password, otherwise 0
 */
record CredentialMark(Kind kind, long generation) {

  /** The kinds of credential. */
  enum Kind {
    /** The principal cannot log in; its role is not attached to the entry. */
    NONE,
    /** A client certificate; the entry has no password. */
    CERTIFICATE,
    /** A password. */
    PASSWORD,
    /** The mark is missing or not ours: the entry may have any password. */
    UNKNOWN
  }

  /** No login. */
  static final CredentialMark NONE = new CredentialMark(Kind.NONE, 0);

  /** Login by certificate. */
  static final CredentialMark CERTIFICATE = new CredentialMark(Kind.CERTIFICATE, 0);

  private static final CredentialMark UNKNOWN = new CredentialMark(Kind.UNKNOWN, 0);

  private static final Pattern TEXT =
      Pattern.compile(
          "heliogate credential=(?:(none)|(certificate)|password generation=(\\d{1,19}))");

  /** Login by the password that a generation set. */
  static CredentialMark password(long generation) {
    return new CredentialMark(Kind.PASSWORD, generation);
  }

  /** Reads a mark; anything else is {@link Kind#UNKNOWN}. */
  static CredentialMark parse(@Nullable String text) {
    Matcher matcher = TEXT.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return UNKNOWN;
    }
    if (matcher.group(1) != null) {
      return NONE;
    }
    if (matcher.group(2) != null) {
      return CERTIFICATE;
    }
    try {
      return password(Long.parseLong(matcher.group(3)));
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }

  /** The mark as the plugin keeps it. */
  String text() {
    return switch (kind) {
      case NONE, UNKNOWN -> "heliogate credential=none";
      case CERTIFICATE -> "heliogate credential=certificate";
      case PASSWORD -> "heliogate credential=password generation=" + generation;
    };
  }
}
