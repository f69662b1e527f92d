package org.heliogate.authz.protection;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.ResourceName;
import org.jspecify.annotations.Nullable;

/**
 * What a resource server says of a resource (UMA FedAuthz §3.1).
 *
 * @param name its name or pattern, see {@link ResourceName}; null for none of its own
 * @param type its kind, at most 256 characters; null for none
 * @param scopes the verbs that it knows, at most 64 of {@link NameSyntax#SCOPE} and 1,024
 *     characters in all; may be empty
 * @param description for people, at most 2,048 characters; null for none
 * @param iconUri an absolute http or https URI of at most 1,024 characters; null for none
 * @param extension what is said beyond UMA's members
 */
public record ResourceDescription(
    @Nullable String name,
    @Nullable String type,
    Set<String> scopes,
    @Nullable String description,
    @Nullable String iconUri,
    ResourceExtension extension) {

  private static final int MAX_TYPE = 256;
  private static final int MAX_SCOPES = 64;
  private static final int MAX_SCOPE_TEXT = 1024;
  private static final int MAX_DESCRIPTION = 2048;
  private static final int MAX_ICON = 1024;

  /**
   * Checks all members.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  public ResourceDescription {
    if (name != null) {
      ResourceName.refusal(name)
          .ifPresent(
              reason -> {
                throw refused("name: " + reason);
              });
    }
    scopes = Set.copyOf(scopes);
    if (scopes.size() > MAX_SCOPES
        || String.join(" ", scopes).length() > MAX_SCOPE_TEXT
        || !scopes.stream().allMatch(NameSyntax.SCOPE::matches)) {
      throw refused(
          "resource_scopes: at most 64, each a scope-token (RFC 6749, section 3.3) of at most 64"
              + " characters,"
              + " 1024 in all");
    }
    checkText("type", type, MAX_TYPE);
    checkText("description", description, MAX_DESCRIPTION);
    if (iconUri != null && !isWebUri(iconUri)) {
      throw refused("icon_uri: an absolute http or https URI of at most 1024 characters");
    }
  }

  /** The name; {@code otherwise} where it has none of its own. */
  String nameOr(String otherwise) {
    return name == null ? otherwise : name;
  }

  /** The resource as it is registered under that identifier and name. */
  RegisteredResource as(String id, String name) {
    return new RegisteredResource(id, name, type, scopes, description, iconUri);
  }

  /**
   * Checks a text for people; null is none.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  static void checkText(String member, @Nullable String text, int max) {
    if (text != null
        && (text.isEmpty()
            || text.length() > max
            || text.codePoints()
                .anyMatch(one -> Character.isISOControl(one) || isSurrogate(one)))) {
      throw refused(member + ": 1 to " + max + " characters without control characters");
    }
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  private static boolean isWebUri(String text) {
    try {
      URI uri = new URI(text);
      // Java takes for a URI also what no database stores.
      return text.length() <= MAX_ICON
          && text.codePoints().noneMatch(ResourceDescription::isSurrogate)
          && uri.getHost() != null
          && ("https".equalsIgnoreCase(uri.getScheme())
              || "http".equalsIgnoreCase(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
