package org.heliogate.authz.uma;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.token.TokenPermission;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.PermissionVariables;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;

/**
 * What the permissions of a token are called in its {@code scope} claim (RFC 9068 §2.2.3): for each
 * resource and each of its scopes one scope-token, by the resource server's own template, so that a
 * server that knows OAuth and no UMA can read them. Thread-safe.
 */
@ApplicationScoped
public class TokenScopes {

  /** The longest template, in characters. */
  public static final int MAX_TEMPLATE = 512;

  /** The longest claim, in characters: a longer one does not fit into a header field. */
  public static final int MAX_CLAIM = 8192;

  private static final Set<String> NEEDED = Set.of("resource.name", "scope");
  private static final int MAX_PARSED = 1000;

  private final Cache<String, TemplateExpression> parsed =
      Caffeine.newBuilder().maximumSize(MAX_PARSED).build();

  /**
   * Checks a template. It has to name both the resource and the scope: otherwise the claim would
   * allow more than the permissions do.
   *
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE}
   */
  public static void require(String template) {
    try {
      if (template.length() > MAX_TEMPLATE) {
        throw refused("it is longer than " + MAX_TEMPLATE + " characters");
      }
      TemplateExpression read = TemplateExpression.parse(template, TemplateExpression.Use.SCOPE);
      if (!read.variables().containsAll(NEEDED)) {
        throw refused("it must have ${resource.name} and ${scope}");
      }
    } catch (ExpressionException e) {
      throw refused(e.getMessage());
    }
  }

  /**
   * Checks that a resource can be in the claim of its server's tokens.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if its name cannot
   */
  public void requireFitting(ResourceServer server, String name, Collection<String> scopes) {
    try {
      render(server, name, scopes);
    } catch (ExpressionException e) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST,
          "name: not fit for the server's scope_template: " + e.getMessage());
    }
  }

  /**
   * The scope-tokens of a token to be made, sorted; none for a server without a template.
   *
   * @throws RequestException {@link ErrorCode#INVALID_SCOPE} if a resource's name cannot be in a
   *     scope-token, or the claim would be longer than {@link #MAX_CLAIM}
   */
  public Set<String> of(ResourceServer server, List<TokenPermission> permissions) {
    Set<String> tokens = new TreeSet<>();
    long length = 0;
    for (TokenPermission permission : permissions) {
      try {
        for (String token : render(server, permission.resourceName(), permission.scopes())) {
          length += tokens.add(token) ? token.length() + 1 : 0;
        }
      } catch (ExpressionException e) {
        throw new RequestException(
            ErrorCode.INVALID_SCOPE,
            "the resource "
                + permission.resourceId()
                + " cannot be in a token of this server: "
                + e.getMessage());
      }
      if (length > MAX_CLAIM) {
        throw new RequestException(
            ErrorCode.INVALID_SCOPE,
            "the token's scope would be longer than "
                + MAX_CLAIM
                + " characters; ask for fewer resources");
      }
    }
    return tokens;
  }

  /**
   * The scope-tokens of a token that is there, as the template is now; what has none is left out.
   */
  public Set<String> present(ResourceServer server, List<TokenPermission> permissions) {
    Set<String> tokens = new TreeSet<>();
    permissions.forEach(permission -> tokens.addAll(present(server, permission)));
    return tokens;
  }

  private Set<String> present(ResourceServer server, TokenPermission permission) {
    try {
      return render(server, permission.resourceName(), permission.scopes());
    } catch (ExpressionException e) {
      return Set.of();
    }
  }

  private Set<String> render(ResourceServer server, String name, Collection<String> scopes)
      throws ExpressionException {
    String text = server.tokens().scopeTemplate();
    if (text == null) {
      return Set.of();
    }
    TemplateExpression template = parsed.get(text, TokenScopes::parse);
    Set<String> tokens = new TreeSet<>();
    for (String scope : scopes) {
      tokens.add(
          template.expand(new PermissionVariables(name, scope, server.id(), server.audience())));
    }
    return tokens;
  }

  private static TemplateExpression parse(String stored) {
    try {
      return TemplateExpression.parse(stored, TemplateExpression.Use.SCOPE);
    } catch (ExpressionException e) {
      throw new IllegalStateException("a stored template is no template any more", e);
    }
  }

  private static RequestException refused(@Nullable String reason) {
    return new RequestException(ErrorCode.UNPROCESSABLE, "scope_template: " + reason);
  }
}
