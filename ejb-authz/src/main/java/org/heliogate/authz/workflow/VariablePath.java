package org.heliogate.authz.workflow;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.workflow.TemplateExpression.Use;
import org.jspecify.annotations.Nullable;

/**
 * One path of the strict grammar that may stand between the braces of {@code ${…}}: a subset of
 * Jakarta EL's property access without calls, operators, literals, lambdas or functions. A name
 * that is no EL identifier stands in brackets, as EL wants it.
 *
 * @param kind which variable
 * @param name the attribute's name or the resource server's id; null for the other variables
 */
record VariablePath(Kind kind, @Nullable String name) {

  /** The variables. */
  enum Kind {
    DEVICE_ID("device.id", false),
    DEVICE_ATTRIBUTE("device.attributes", false),
    CLIENT_ID("client.id", false),
    CLIENT_NAME("client.name", false),
    WORKFLOW_NAME("workflow.name", false),
    WORKFLOW_VERSION("workflow.version", false),
    RESOURCE_SERVER_URI("resourceServers", false),
    RESOURCE_NAME("resource.name", true),
    SCOPE("scope", true),
    SERVER_ID("resource_server.id", true),
    SERVER_CLIENT_ID("resource_server.client_id", true);

    private final String text;
    private final boolean ofPermission;

    Kind(String text, boolean ofPermission) {
      this.text = text;
      this.ofPermission = ofPermission;
    }

    /** Whether a template for that use may have it. */
    boolean isFor(Use use) {
      return ofPermission == (use == Use.SCOPE);
    }
  }

  private static final String IDENTIFIER = NameSyntax.IDENTIFIER.pattern();
  private static final String KEY =
      "(?:\\.(?<dotted>[A-Za-z_][A-Za-z0-9_]{0,63})"
          + ("|\\['(?<single>" + IDENTIFIER + ")'\\]|\\[\"(?<double>" + IDENTIFIER + ")\"\\])");
  private static final Pattern ATTRIBUTE = Pattern.compile("device\\.attributes" + KEY);
  private static final Pattern SERVER = Pattern.compile("resourceServers" + KEY + "\\.uri");

  /** Words that EL's grammar keeps for itself (Jakarta Expression Language 5.0 §1.17). */
  private static final Set<String> RESERVED =
      Set.of(
          "and",
          "or",
          "not",
          "eq",
          "ne",
          "lt",
          "gt",
          "le",
          "ge",
          "true",
          "false",
          "null",
          "instanceof",
          "empty",
          "div",
          "mod");

  /** Reads a path, spaces around it allowed; empty if it is not of the grammar for that use. */
  static Optional<VariablePath> parse(String expression, Use use) {
    return parse(expression).filter(path -> path.kind.isFor(use));
  }

  private static Optional<VariablePath> parse(String expression) {
    String path = expression.strip();
    for (Kind kind : Kind.values()) {
      if (kind.text.equals(path)
          && kind != Kind.DEVICE_ATTRIBUTE
          && kind != Kind.RESOURCE_SERVER_URI) {
        return Optional.of(new VariablePath(kind, null));
      }
    }
    return keyed(Kind.DEVICE_ATTRIBUTE, ATTRIBUTE.matcher(path))
        .or(
            () ->
                keyed(Kind.RESOURCE_SERVER_URI, SERVER.matcher(path))
                    .filter(found -> NameSyntax.LABEL.matches(found.name())));
  }

  /** Whether the variable is one of a client's. */
  boolean isOfClient() {
    return kind == Kind.CLIENT_ID || kind == Kind.CLIENT_NAME;
  }

  /** The path as it is written in messages and given to EL. */
  @Override
  public String toString() {
    return switch (kind) {
      case DEVICE_ATTRIBUTE -> kind.text + "['" + name + "']";
      case RESOURCE_SERVER_URI -> kind.text + "['" + name + "'].uri";
      default -> kind.text;
    };
  }

  private static Optional<VariablePath> keyed(Kind kind, Matcher matcher) {
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String dotted = matcher.group("dotted");
    if (dotted != null && RESERVED.contains(dotted.toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    String single = matcher.group("single");
    String key = dotted != null ? dotted : single != null ? single : matcher.group("double");
    return Optional.of(new VariablePath(kind, key));
  }
}
