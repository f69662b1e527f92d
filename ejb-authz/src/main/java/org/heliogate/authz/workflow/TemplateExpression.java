package org.heliogate.authz.workflow;

import jakarta.el.ELException;
import jakarta.el.ValueExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceName;
import org.jspecify.annotations.Nullable;

/**
 * A text with Jakarta EL expressions {@code ${…}} over the closed set of variables of {@link
 * ExpressionVariables}, or of {@link PermissionVariables} in a scope; parsed once, expanded many
 * times.
 *
 * <p>Between the braces stands one plain path and nothing else: {@code device.id}, {@code
 * device.attributes.NAME}, {@code client.id}, {@code client.name}, {@code workflow.name}, {@code
 * workflow.version} or {@code resourceServers.ID.uri}; in a scope {@code resource.name}, {@code
 * scope}, {@code resource_server.id} or {@code resource_server.client_id}. The syntax is EL's own,
 * so a name with a dash, with a dot, that starts with a digit or that is an EL word such as {@code
 * empty} is written in brackets: {@code device.attributes['site-id']}, {@code
 * resourceServers['mqtt-2'].uri}. Anything outside this grammar (calls, operators, literals,
 * lambdas, nesting) is refused before EL sees it.
 *
 * <p>There are no escapes. A deferred expression {@code #{…}}, a {@code $} that starts no
 * expression (so also {@code $$}) and a backslash before an expression are refused; a {@code #}
 * alone is an MQTT wildcard and stays.
 *
 * <p>Every substituted value must match {@link NameSyntax#IDENTIFIER}, in resources and in
 * parameters alike, so that no device can move or widen a grant. The one exception is {@code
 * resourceServers.ID.uri}: an operator's URI, at most 2,048 characters, allowed in parameters and
 * refused in resources. An expanded resource is a {@link ResourceName}. In a scope every value, and
 * so the whole, has the characters of one scope-token (RFC 6749 §3.3) and no others: no name can
 * begin a second one.
 *
 * <p>Instances are immutable and thread-safe; they are equal when text and use are.
 */
public final class TemplateExpression {

  /** What a template is expanded to. */
  public enum Use {
    /** A {@link ResourceName}: at most 1,024 characters and 2,600 bytes once expanded. */
    RESOURCE,
    /** A derived parameter of a device: at most 4,096 characters once expanded. */
    PARAMETER,
    /** One scope-token of a token's {@code scope}: at most 2,048 characters once expanded. */
    SCOPE
  }

  private static final int MAX_PARAMETER_LENGTH = 4096;
  private static final int MAX_URI_LENGTH = 2048;
  private static final Pattern SCOPE_TOKEN =
      Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,2048}");

  private final String text;
  private final Use use;
  private final List<Part> parts;

  /** Whether the text itself is what it expands to, which was checked when it was read. */
  private final boolean constant;

  private TemplateExpression(String text, Use use, List<Part> parts) {
    this.text = text;
    this.use = use;
    this.parts = List.copyOf(parts);
    this.constant = parts.stream().noneMatch(Substitution.class::isInstance);
  }

  /**
   * Reads a template.
   *
   * @throws ExpressionException if an expression is not of the grammar, a {@code $} or a deferred
   *     expression stands where it may not, the template is too long or has control characters, or
   *     no expansion of it could be a {@link ResourceName} or a scope-token
   */
  public static TemplateExpression parse(String text, Use use) throws ExpressionException {
    List<Part> parts = new TemplateScanner(text, use).scan();
    TemplateExpression template = new TemplateExpression(text, use, parts);
    template.check(template.sample());
    return template;
  }

  /**
   * One expansion that stands for any: substituted values have no separator and no wildcard, so
   * none of them changes where a resource's parts are.
   */
  public String sample() {
    return parts.stream()
        .map(part -> part instanceof Literal literal ? literal.text() : "x")
        .collect(Collectors.joining());
  }

  /** The template as it was written. */
  public String text() {
    return text;
  }

  /** What the template is expanded to. */
  public Use use() {
    return use;
  }

  /**
   * The paths of the variables that an expansion needs, sorted, in the form with brackets, for
   * example {@code device.id} and {@code device.attributes['site']}.
   */
  public Set<String> variables() {
    return paths().stream()
        .map(VariablePath::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Puts the variables' values in.
   *
   * @throws ExpressionException if a variable has no value, a value does not match the alphabet, or
   *     the result is refused; the message names the variable and never holds a value
   */
  public String expand(ExpressionVariables variables) throws ExpressionException {
    return expand(variables::tree);
  }

  /**
   * Puts the values of one scope of one permission in.
   *
   * @throws ExpressionException if a value or the result cannot be in a scope-token; the message
   *     names the variable and never holds a value
   */
  public String expand(PermissionVariables variables) throws ExpressionException {
    return expand(variables::tree);
  }

  private String expand(Supplier<Map<String, Object>> tree) throws ExpressionException {
    if (constant) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length() + 32);
    ClosedElContext context = null;
    for (Part part : parts) {
      if (part instanceof Literal literal) {
        result.append(literal.text());
      } else if (part instanceof Substitution substitution) {
        context = context == null ? new ClosedElContext(tree.get()) : context;
        result.append(substitution.value(context));
      }
    }
    String expanded = result.toString();
    check(expanded);
    return expanded;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TemplateExpression that && text.equals(that.text) && use == that.use;
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, use);
  }

  /** The template as it was written. */
  @Override
  public String toString() {
    return text;
  }

  List<VariablePath> paths() {
    List<VariablePath> paths = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Substitution substitution) {
        paths.add(substitution.path());
      }
    }
    return paths;
  }

  private void check(String expanded) throws ExpressionException {
    Optional<String> refusal =
        switch (use) {
          case RESOURCE -> ResourceName.refusal(expanded);
          case PARAMETER -> parameterRefusal(expanded);
          case SCOPE -> scopeRefusal("the scope", expanded);
        };
    if (refusal.isPresent()) {
      throw new ExpressionException(refusal.get());
    }
  }

  private static Optional<String> parameterRefusal(String value) {
    if (value.length() > MAX_PARAMETER_LENGTH) {
      return Optional.of("the parameter is longer than " + MAX_PARAMETER_LENGTH + " characters");
    }
    boolean whole =
        value
            .codePoints()
            .allMatch(
                c ->
                    c == '\n'
                        || !Character.isISOControl(c)
                            && Character.getType(c) != Character.SURROGATE);
    return whole
        ? Optional.empty()
        : Optional.of("the parameter has a control character or half a character");
  }

  private static Optional<String> scopeRefusal(String what, String value) {
    return SCOPE_TOKEN.matcher(value).matches()
        ? Optional.empty()
        : Optional.of(
            what
                + " is empty, too long or has a character that no scope-token has (RFC 6749,"
                + " section 3.3)");
  }

  /** A piece of a template. */
  sealed interface Part {}

  /** Text that stands for itself; EL never sees it. */
  record Literal(String text) implements Part {}

  /** One expression, compiled. */
  record Substitution(VariablePath path, ValueExpression expression) implements Part {

    static Substitution of(VariablePath path) {
      return new Substitution(path, ClosedElContext.compile(path));
    }

    String value(ClosedElContext context) throws ExpressionException {
      Object value;
      try {
        value = expression.getValue(context);
      } catch (ELException e) {
        throw new ExpressionException(path + " cannot be read");
      }
      if (!(value instanceof String string)) {
        throw new ExpressionException(path + " has no value here");
      }
      if (path.kind() == VariablePath.Kind.RESOURCE_SERVER_URI) {
        if (string.length() > MAX_URI_LENGTH) {
          throw new ExpressionException(path + " is longer than " + MAX_URI_LENGTH + " characters");
        }
      } else if (path.kind() == VariablePath.Kind.RESOURCE_NAME
          || path.kind() == VariablePath.Kind.SCOPE) {
        Optional<String> refusal = scopeRefusal(path.toString(), string);
        if (refusal.isPresent()) {
          throw new ExpressionException(refusal.get());
        }
      } else if (!NameSyntax.IDENTIFIER.matches(string)) {
        throw new ExpressionException(
            "the value of " + path + " does not match " + NameSyntax.IDENTIFIER.pattern());
      }
      return string;
    }
  }
}
