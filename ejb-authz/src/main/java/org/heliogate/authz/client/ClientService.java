package org.heliogate.authz.client;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;

/** The registration of clients that no bootstrap script makes (D3.4.2 §2). */
@ApplicationScoped
public class ClientService {

  private final EntityManager entityManager;
  private final ClientSecrets secrets;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  /** A registration in the given database. */
  @Inject
  public ClientService(
      EntityManager entityManager,
      ClientSecrets secrets,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.secrets = secrets;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * What a new client shall be.
   *
   * @param name what people call it
   * @param kind any but {@link ClientKind#DEVICE}
   * @param roles its roles
   * @param authentication the token endpoint methods that it may use, at least one
   * @param scope the scopes that it may ask for
   */
  public record Registration(
      String name,
      ClientKind kind,
      Set<String> roles,
      Set<AuthenticationMethod> authentication,
      Set<String> scope) {}

  /**
   * A registered client with its secret, the only moment at which that is at hand.
   *
   * @param client the client
   * @param secret its secret, null where no method needs one
   */
  public record Registered(RegisteredClient client, @Nullable String secret) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Registered[" + client.clientId() + "]";
    }
  }

  /**
   * Registers a client.
   *
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if a role does not exist, or gives
   *     something that this client could never have
   */
  @Transactional
  public Registered register(String actor, Registration registration) {
    checkRoles(registration);
    ClientSecrets.Secret secret = secretFor(registration.authentication());
    ClientEntity row =
        store(actor, registration, secrets.clientId(), secret == null ? null : secret.hash());
    return new Registered(row.toRegisteredClient(null), secret == null ? null : secret.value());
  }

  /** Registers a client whose identifier and secret were made elsewhere, unless it exists. */
  @Transactional
  public void registerIfAbsent(Registration registration, String clientId, String secretHash) {
    if (entityManager.find(ClientEntity.class, clientId) == null) {
      store("system", registration, clientId, secretHash);
    }
  }

  private ClientEntity store(
      String actor, Registration registration, String clientId, @Nullable String secretHash) {
    ClientEntity row =
        new ClientEntity(
            clientId,
            secrets.username(),
            registration.name(),
            registration.kind(),
            clock.instant());
    row.setTerms(registration.authentication(), registration.scope(), true, false);
    row.setRoles(registration.roles());
    row.setSecretHash(secretHash);
    entityManager.persist(row);
    audit.record(
        AuditEvent.success(
            "client.create",
            actor,
            clientId,
            Map.of(
                "name", registration.name(),
                "username", row.username(),
                "roles", String.join(" ", registration.roles()),
                "scope", String.join(" ", registration.scope()))));
    notices.publish(ChangeNotice.Kind.CLIENT, clientId);
    return row;
  }

  /** A template that cannot be expanded gives nothing; better to say so now. */
  private void checkRoles(Registration registration) {
    Map<String, Set<String>> variables = variablesOfRoles(registration.roles());
    List<Fault> faults = new ArrayList<>();
    for (String role : new TreeSet<>(registration.roles())) {
      Set<String> used = variables.get(role);
      if (used == null) {
        faults.add(
            new Fault(
                "/roles",
                "there is no role '" + role + "'; apply the workflow that defines it first"));
      } else if (used.stream().anyMatch(variable -> variable.startsWith("device."))) {
        faults.add(
            new Fault(
                "/roles",
                "the role '"
                    + role
                    + "' gives each device something of its own and this client is on none; let a"
                    + " workflow's bootstrap script make the client, or use a role without device"
                    + " expressions"));
      } else if (used.contains("client.name")
          && !NameSyntax.IDENTIFIER.matches(registration.name())) {
        faults.add(
            new Fault(
                "/name",
                "the role '"
                    + role
                    + "' puts the client's name into a resource, so it must match "
                    + NameSyntax.IDENTIFIER.pattern()));
      }
    }
    if (!faults.isEmpty()) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the client cannot have these roles", faults);
    }
  }

  /** The variables of each role's templates; a role that does not exist is left out. */
  private Map<String, Set<String>> variablesOfRoles(Set<String> names) {
    List<String> labels = names.stream().filter(NameSyntax.LABEL::matches).toList();
    Map<String, Set<String>> variables = new HashMap<>();
    if (!labels.isEmpty()) {
      entityManager
          .createQuery(
              "select r.name, g.resource from RoleEntity r left join r.grants g"
                  + " where r.name in :names",
              Object[].class)
          .setParameter("names", labels)
          .getResultStream()
          .forEach(
              row -> {
                Set<String> used =
                    variables.computeIfAbsent((String) row[0], name -> new HashSet<>());
                if (row[1] instanceof String template) {
                  used.addAll(variables(template));
                }
              });
    }
    return variables;
  }

  private static Set<String> variables(String template) {
    try {
      return TemplateExpression.parse(template, TemplateExpression.Use.RESOURCE).variables();
    } catch (ExpressionException e) {
      throw new IllegalStateException("a stored template is no template any more", e);
    }
  }

  private ClientSecrets.@Nullable Secret secretFor(Set<AuthenticationMethod> methods) {
    return methods.stream().anyMatch(AuthenticationMethod::usesSecret) ? secrets.secret() : null;
  }
}
