package org.heliogate.authz.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.heliogate.authz.workflow.TemplateExpression.Literal;
import org.heliogate.authz.workflow.TemplateExpression.Part;
import org.heliogate.authz.workflow.TemplateExpression.Substitution;
import org.heliogate.authz.workflow.TemplateExpression.Use;

/** Splits a template into literals and expressions; used once. */
final class TemplateScanner {

  private static final int MAX_EXPRESSIONS = 32;
  private static final Pattern SHOWABLE = Pattern.compile("[A-Za-z0-9_.'\\[\\]-]{1,128}");

  private final String text;
  private final Use use;
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private int expressions;

  TemplateScanner(String text, Use use) {
    this.text = text;
    this.use = use;
  }

  List<Part> scan() throws ExpressionException {
    int position = 0;
    while (position < text.length()) {
      char character = text.charAt(position);
      boolean opens = position + 1 < text.length() && text.charAt(position + 1) == '{';
      if (character == '$' && opens) {
        position = expression(position);
      } else if (character == '$') {
        throw refused(position, "a $ that starts no ${…}; it cannot be escaped");
      } else if (character == '#' && opens) {
        throw refused(position, "deferred expressions #{…} are refused");
      } else {
        literal.append(character);
        position++;
      }
    }
    endLiteral();
    return parts;
  }

  /** Reads the expression that starts at {@code start} and returns the position behind it. */
  private int expression(int start) throws ExpressionException {
    if (start > 0 && text.charAt(start - 1) == '\\') {
      throw refused(start, "a backslash before ${…}; it cannot be escaped");
    }
    int end = text.indexOf('}', start);
    if (end < 0) {
      throw refused(start, "${ is not closed");
    }
    if (++expressions > MAX_EXPRESSIONS) {
      throw refused(start, "more than " + MAX_EXPRESSIONS + " expressions");
    }
    String inner = text.substring(start + 2, end);
    VariablePath path = VariablePath.parse(inner, use).orElse(null);
    if (path == null) {
      throw refused(start, unknown(inner.strip()));
    }
    if (use == Use.RESOURCE && path.kind() == VariablePath.Kind.RESOURCE_SERVER_URI) {
      throw refused(start, path + " is a URI and allowed in parameters only");
    }
    endLiteral();
    parts.add(Substitution.of(path));
    return end + 1;
  }

  private void endLiteral() {
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private String unknown(String inner) {
    String shown = SHOWABLE.matcher(inner).matches() ? inner : "the expression";
    if (use == Use.SCOPE) {
      return shown
          + " is none of resource.name, scope, resource_server.id, resource_server.client_id";
    }
    return shown
        + " is none of device.id, device.attributes.NAME, client.id, client.name, workflow.name,"
        + " workflow.version, resourceServers.ID.uri"
        + " (a NAME or ID that is no plain word stands in brackets: device.attributes['site-id'])";
  }

  private static ExpressionException refused(int position, String reason) {
    return new ExpressionException("at character " + (position + 1) + ": " + reason);
  }
}
