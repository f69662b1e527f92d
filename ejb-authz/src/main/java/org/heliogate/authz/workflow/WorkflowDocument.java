package org.heliogate.authz.workflow;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.heliogate.authz.resource.NameSyntax;

/**
 * A workflow as an operator describes it: its roles, what each role may do, and the bootstrap
 * script for its devices. What {@link WorkflowParser} returns has passed every check; a document
 * built by hand has passed those of the records' constructors only.
 *
 * <p>Two documents are the same version when their {@link #digest()} is equal. Comments, layout,
 * quoting and anchors are no part of it, neither is the order of roles, of a role's grants, of
 * scopes and of {@code aat}; the description, the order of clients, of their authentication methods
 * and of parameters are, because a device or a reader sees them.
 *
 * @param format the version of the document format, 1
 * @param name the workflow's name, a {@link NameSyntax#LABEL}
 * @param description for people; empty if there is none
 * @param roles the roles' grants by the role's name, in the document's order
 * @param bootstrap what becomes of each device; empty lists if the document has none
 */
public record WorkflowDocument(
    int format,
    String name,
    String description,
    Map<String, List<RoleGrant>> roles,
    Bootstrap bootstrap) {

  /** The only version of the document format. */
  public static final int FORMAT = 1;

  /**
   * Takes unmodifiable copies that keep the order.
   *
   * @throws IllegalArgumentException if the format is unknown or a name is not in its alphabet
   */
  public WorkflowDocument {
    if (format != FORMAT) {
      throw new IllegalArgumentException("the only document format is " + FORMAT);
    }
    NameSyntax.LABEL.require("a workflow's name", name);
    Objects.requireNonNull(description);
    Objects.requireNonNull(bootstrap);
    Map<String, List<RoleGrant>> copy = new LinkedHashMap<>();
    roles.forEach(
        (role, grants) ->
            copy.put(NameSyntax.LABEL.require("a role's name", role), List.copyOf(grants)));
    roles = Collections.unmodifiableMap(copy);
  }

  /**
   * The canonical form: JSON without white space, members and sets in a fixed order. It is made for
   * comparing; what is stored and shown is the operator's own text.
   */
  public String canonicalForm() {
    return CanonicalForm.of(this);
  }

  /** SHA-256 of the {@link #canonicalForm()} in UTF-8, 64 lower-case hexadecimal digits. */
  public String digest() {
    return CanonicalForm.digest(canonicalForm());
  }

  /**
   * SHA-256 of one role's grants without the role's name, independent of the order of grants and
   * scopes, 64 lower-case hexadecimal digits. Two workflows may name the same role only if this is
   * equal.
   *
   * @throws IllegalArgumentException if the document has no such role
   */
  public String roleDigest(String role) {
    return CanonicalForm.digest(CanonicalForm.of(grants(role)));
  }

  /**
   * What a role may do, in the document's order.
   *
   * @throws IllegalArgumentException if the document has no such role
   */
  public List<RoleGrant> grants(String role) {
    List<RoleGrant> grants = roles.get(role);
    if (grants == null) {
      throw new IllegalArgumentException("the workflow has no such role");
    }
    return grants;
  }

  /** The ids of the resource servers that the roles' grants name, in the document's order. */
  public Set<String> resourceServers() {
    Set<String> servers = new LinkedHashSet<>();
    roles.values().forEach(grants -> grants.forEach(grant -> servers.add(grant.resourceServer())));
    return Collections.unmodifiableSet(servers);
  }

  /**
   * What becomes of each device of the workflow.
   *
   * @param clients the clients that a device gets, in the order of the bootstrap response; names
   *     are unique
   * @param parameters the derived parameters by name, in the document's order; templates of {@link
   *     TemplateExpression.Use#PARAMETER}
   * @param returnPin whether the device gets its secure element's PIN
   */
  public record Bootstrap(
      List<BootstrapClient> clients,
      Map<String, TemplateExpression> parameters,
      boolean returnPin) {

    /** No clients, no parameters, no PIN. */
    public static final Bootstrap NONE = new Bootstrap(List.of(), Map.of(), false);

    /**
     * Takes unmodifiable copies that keep the order.
     *
     * @throws IllegalArgumentException if two clients have one name
     */
    public Bootstrap {
      clients = List.copyOf(clients);
      Set<String> names = new HashSet<>();
      if (!clients.stream().allMatch(client -> names.add(client.name()))) {
        throw new IllegalArgumentException("two clients have the same name");
      }
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /**
   * One client of each device.
   *
   * @param name unique within the workflow, a {@link NameSyntax#LABEL}
   * @param role the role that the client gets, defined in the same document
   * @param authenticationMethods the token-endpoint methods that the client may use, at least one:
   *     {@code client_otp}, {@code client_secret_basic}, {@code client_secret_post}
   * @param bearerAat whether AATs that were obtained by {@code client_otp} also work as plain
   *     Bearer; false if the document says nothing
   */
  public record BootstrapClient(
      String name, String role, List<String> authenticationMethods, boolean bearerAat) {

    /**
     * Takes an unmodifiable copy.
     *
     * @throws IllegalArgumentException if a name is not in its alphabet or there is no method
     */
    public BootstrapClient {
      NameSyntax.LABEL.require("a client's name", name);
      NameSyntax.LABEL.require("a role's name", role);
      authenticationMethods = List.copyOf(authenticationMethods);
      if (authenticationMethods.isEmpty()) {
        throw new IllegalArgumentException("a client has at least one authentication method");
      }
    }
  }
}
