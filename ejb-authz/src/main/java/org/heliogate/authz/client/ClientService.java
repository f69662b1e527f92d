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
import java.util.stream.Collectors;
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
   * @param keys its public keys, null without {@link AuthenticationMethod#PRIVATE_KEY_JWT}
   * @param tlsSubjectDn the subject of its certificate for {@link
   *     AuthenticationMethod#TLS_CLIENT_AUTH} (RFC 4514); null for {@code CN=<username>}
   */
  public record Registration(
      String name,
      ClientKind kind,
      Set<String> roles,
      Set<AuthenticationMethod> authentication,
      Set<String> scope,
      @Nullable ClientKeys keys,
      @Nullable String tlsSubjectDn) {

    /** A client without keys, and with the subject of its certificate made here. */
    public Registration(
        String name,
        ClientKind kind,
        Set<String> roles,
        Set<AuthenticationMethod> authentication,
        Set<String> scope) {
      this(name, kind, roles, authentication, scope, null, null);
    }

    private boolean usesSecret() {
      return authentication.stream().anyMatch(AuthenticationMethod::usesSecret);
    }
  }

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
    ClientSecrets.Secret secret = registration.usesSecret() ? secrets.secret() : null;
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
    apply(registration, row);
    row.setSecretHash(secretHash);
    entityManager.persist(row);
    tell("client.create", actor, registration, row);
    return row;
  }

  /**
   * Gives a client other terms, within the caller's transaction, which has its row locked. A scope
   * that is lost voids its tokens; otherwise they stay, as does a secret that is still needed.
   *
   * @return its secret where the new terms need one and it had none, otherwise null
   * @throws RequestException as for {@link #register}
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public @Nullable String change(String actor, ClientEntity row, Registration registration) {
    checkRoles(registration);
    if (!registration.scope().containsAll(row.scope())) {
      row.voidTokens(clock.instant());
    }
    apply(registration, row);
    ClientSecrets.Secret secret =
        registration.usesSecret() && !row.hasSecret() ? secrets.secret() : null;
    if (secret != null) {
      row.setSecretHash(secret.hash());
    } else if (!registration.usesSecret()) {
      row.setSecretHash(null);
    }
    tell("client.change", actor, registration, row);
    return secret == null ? null : secret.value();
  }

  private static void apply(Registration registration, ClientEntity row) {
    row.describe(registration.name(), registration.kind());
    row.setTerms(registration.authentication(), registration.scope(), true, false);
    row.setProofs(registration.keys(), registration.tlsSubjectDn());
    row.setRoles(registration.roles());
  }

  private void tell(String action, String actor, Registration registration, ClientEntity row) {
    audit.record(
        AuditEvent.success(
            action,
            actor,
            row.clientId(),
            Map.of(
                "name", registration.name(),
                "username", row.username(),
                "roles", String.join(" ", registration.roles()),
                "scope", String.join(" ", registration.scope()),
                "authentication",
                    registration.authentication().stream()
                        .map(AuthenticationMethod::wireName)
                        .collect(Collectors.joining(" ")))));
    notices.publish(ChangeNotice.Kind.CLIENT, row.clientId());
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
}
