package org.heliogate.authz.dpop;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The URI that a proof is for, in the one form in which two that mean the same are equal: without
 * query and fragment (RFC 9449 §4.3, check 9), normalised by syntax and scheme (RFC 3986 §6.2.2,
 * §6.2.3).
 */
final class TargetUri {

  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
  private static final String UNRESERVED_MARKS = "-._~";

  private TargetUri() {}

  /** The form; empty for what is no absolute URI of HTTP, or holds credentials. */
  static Optional<String> of(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
        return Optional.empty();
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      boolean defaultPort = uri.getPort() == defaultPort(scheme);
      String path = uri.getRawPath().isEmpty() ? "/" : normalised(uri.getRawPath());
      return Optional.of(
          scheme
              + "://"
              + uri.getHost().toLowerCase(Locale.ROOT)
              + (uri.getPort() < 0 || defaultPort ? "" : ":" + uri.getPort())
              + path);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "https" -> 443;
      case "http" -> 80;
      default -> -1;
    };
  }

  /** A path with no dot segments and with escapes only where they are needed, in capitals. */
  private static String normalised(String path) throws URISyntaxException {
    String escaped =
        ESCAPE
            .matcher(path)
            .replaceAll(
                escape -> {
                  char character = (char) Integer.parseInt(escape.group(1), 16);
                  return isUnreserved(character)
                      ? String.valueOf(character)
                      : "%" + escape.group(1).toUpperCase(Locale.ROOT);
                });
    return new URI("x://h" + escaped).normalize().getRawPath();
  }

  private static boolean isUnreserved(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || UNRESERVED_MARKS.indexOf(character) >= 0;
  }
}
