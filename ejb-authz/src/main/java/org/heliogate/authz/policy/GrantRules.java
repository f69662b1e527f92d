package org.heliogate.authz.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.jpa.RoleEntity;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.ExpressionVariables;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;

/** The rules of operators' grants: as strict as those of a workflow's, with every fault named. */
@ApplicationScoped
class GrantRules {

  private static final int MAX_SCOPES = 16;

  private final EntityManager entityManager;
  private final ClientStore clients;
  private final ResourceServers servers;
  private final Clock clock;

  @Inject
  GrantRules(
      EntityManager entityManager, ClientStore clients, ResourceServers servers, Clock clock) {
    this.entityManager = entityManager;
    this.clients = clients;
    this.servers = servers;
    this.clock = clock;
  }

  /**
   * What was checked.
   *
   * @param grant the server, template and scopes
   * @param plain the same without expressions, as it is for its client; empty for a role's template
   *     that is different for each client
   */
  record Checked(RoleGrant grant, Optional<RoleGrant> plain) {}

  /**
   * Checks what is wanted.
   *
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} with every fault
   */
  Checked check(GrantTerms terms) {
    List<Fault> faults = new ArrayList<>();
    Optional<RegisteredClient> client = holder(terms, faults);
    boolean server = checkServer(terms.resourceServer(), faults);
    checkScopes(terms, server, faults);
    checkBounds(terms, faults);
    TemplateExpression template = template(terms, client, faults);
    String plain =
        template == null ? null : plain(template, terms, client.orElse(null), server, faults);
    if (template == null || !faults.isEmpty()) {
      throw new RequestException(ErrorCode.UNPROCESSABLE, "the grant cannot be like this", faults);
    }
    boolean same = terms.client() != null || template.variables().isEmpty();
    return new Checked(
        new RoleGrant(terms.resourceServer(), template, terms.scopes()),
        plain == null || !same
            ? Optional.empty()
            : Optional.of(new RoleGrant(terms.resourceServer(), parsed(plain), terms.scopes())));
  }

  private Optional<RegisteredClient> holder(GrantTerms terms, List<Fault> faults) {
    String id = terms.client();
    String role = terms.role();
    if ((id == null) == (role == null)) {
      faults.add(new Fault("/client", "give either a client or a role, not both"));
      return Optional.empty();
    }
    if (role != null) {
      if (!NameSyntax.LABEL.matches(role) || entityManager.find(RoleEntity.class, role) == null) {
        faults.add(
            new Fault("/role", "there is no such role; apply the workflow that defines it first"));
      }
      return Optional.empty();
    }
    Optional<RegisteredClient> client =
        NameSyntax.IDENTIFIER.matches(id)
            ? clients.load(String.valueOf(id)).filter(RegisteredClient::active)
            : Optional.empty();
    if (client.isEmpty()) {
      faults.add(new Fault("/client", "there is no such client, or it has ended"));
    }
    return client;
  }

  private boolean checkServer(String id, List<Fault> faults) {
    boolean known = NameSyntax.LABEL.matches(id) && servers.find(id).isPresent();
    if (!known) {
      faults.add(new Fault("/resource_server", "there is no such resource server"));
    }
    return known;
  }

  private void checkScopes(GrantTerms terms, boolean server, List<Fault> faults) {
    Set<String> scopes = terms.scopes();
    if (scopes.isEmpty() || scopes.size() > MAX_SCOPES) {
      faults.add(new Fault("/scopes", "must be 1 to " + MAX_SCOPES));
    } else if (!scopes.stream().allMatch(NameSyntax.SCOPE::matches)) {
      faults.add(new Fault("/scopes", "must each match " + NameSyntax.SCOPE.pattern()));
    } else if (server) {
      Set<String> known = servers.scopes(terms.resourceServer()).orElse(scopes);
      if (!known.containsAll(scopes)) {
        faults.add(
            new Fault(
                "/scopes",
                "the resource server knows the scopes " + String.join(" ", new TreeSet<>(known))));
      }
    }
  }

  private void checkBounds(GrantTerms terms, List<Fault> faults) {
    Instant end = terms.notAfter();
    if (end != null && !end.isAfter(clock.instant())) {
      faults.add(new Fault("/not_after", "has passed; such a grant would never hold"));
    }
    if (end != null && terms.notBefore() != null && !terms.notBefore().isBefore(end)) {
      faults.add(new Fault("/not_after", "must be later than not_before"));
    }
  }

  private static @Nullable TemplateExpression template(
      GrantTerms terms, Optional<RegisteredClient> client, List<Fault> faults) {
    TemplateExpression template;
    try {
      template = TemplateExpression.parse(terms.resource(), TemplateExpression.Use.RESOURCE);
    } catch (ExpressionException e) {
      faults.add(new Fault("/resource", String.valueOf(e.getMessage())));
      return null;
    }
    if (client.isPresent()
        && template.variables().stream().anyMatch(name -> name.startsWith("workflow."))) {
      faults.add(
          new Fault("/resource", "a client's own grant comes from no workflow; name it instead"));
      return null;
    }
    return template;
  }

  /** The resource as it is for the client, or as it would be for one of the role's. */
  private @Nullable String plain(
      TemplateExpression template,
      GrantTerms terms,
      @Nullable RegisteredClient client,
      boolean server,
      List<Fault> faults) {
    String plain;
    try {
      plain = template.expand(client == null ? anybody(template) : variables(client));
    } catch (ExpressionException e) {
      faults.add(
          new Fault(
              "/resource", "the template cannot be expanded for this client: " + e.getMessage()));
      return null;
    }
    if (server) {
      servers
          .syntax(terms.resourceServer())
          .fault(plain)
          .ifPresent(fault -> faults.add(new Fault("/resource", "the resource " + fault)));
    }
    return plain;
  }

  private static ExpressionVariables variables(RegisteredClient client) {
    return new ExpressionVariables(
        client.device().map(Device::masterId).orElse(null),
        client.device().map(Device::attributes).orElse(Map.of()),
        client.clientId(),
        client.name(),
        "none",
        1,
        Map.of());
  }

  /** Values that stand for any; none of them changes where a pattern's parts are. */
  private static ExpressionVariables anybody(TemplateExpression template) {
    Map<String, String> attributes =
        template.variables().stream()
            .filter(name -> name.startsWith("device.attributes['"))
            .map(name -> name.substring("device.attributes['".length(), name.length() - 2))
            .collect(
                Collectors.toMap(name -> name, name -> "x", (one, other) -> one, HashMap::new));
    return new ExpressionVariables("x", attributes, "x", "x", "x", 1, Map.of());
  }

  private static TemplateExpression parsed(String plain) {
    try {
      return TemplateExpression.parse(plain, TemplateExpression.Use.RESOURCE);
    } catch (ExpressionException e) {
      throw new IllegalStateException("an expanded template is a plain resource", e);
    }
  }
}
