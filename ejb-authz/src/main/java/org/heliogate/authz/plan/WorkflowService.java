package org.heliogate.authz.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.workflow.BootstrapScript;
import org.heliogate.authz.workflow.InvalidWorkflowException;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.WorkflowDifference.DeviceDifference;
import org.heliogate.authz.workflow.WorkflowDocument;
import org.heliogate.authz.workflow.WorkflowParser;
import org.heliogate.authz.workflow.jpa.WorkflowEntity;
import org.heliogate.authz.workflow.jpa.WorkflowVersionEntity;
import org.heliogate.authz.workflow.jpa.WorkflowVersionKey;
import org.jspecify.annotations.Nullable;

/**
 * The workflows of this installation (D3.4.2 §3.2, steps 1 and 2). A changed document makes a new
 * version; devices that were bootstrapped keep what they have until an operator applies it.
 */
@ApplicationScoped
public class WorkflowService {

  private static final int MAX_SCRIPTS = 1_000;

  private final EntityManager entityManager;
  private final ResourceServers servers;
  private final ResourceRegistrar resources;
  private final RoleStore roles;
  private final Projections projections;
  private final BootstrappedDevices devices;
  private final WorkflowClients clients;
  private final AuditTrail audit;
  private final Clock clock;
  private final WorkflowParser parser = new WorkflowParser();
  private final Cache<WorkflowVersionKey, BootstrapScript> scripts =
      Caffeine.newBuilder().maximumSize(MAX_SCRIPTS).build();

  /** The workflows in the given database. */
  @Inject
  public WorkflowService(
      EntityManager entityManager,
      ResourceServers servers,
      ResourceRegistrar resources,
      RoleStore roles,
      Projections projections,
      BootstrappedDevices devices,
      WorkflowClients clients,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.servers = servers;
    this.resources = resources;
    this.roles = roles;
    this.projections = projections;
    this.devices = devices;
    this.clients = clients;
    this.audit = audit;
    this.clock = clock;
  }

  /** The JSON Schema of workflow documents. */
  public String schema() {
    return parser.schema();
  }

  /**
   * Loads a document. The same document again makes no new version. A version takes force at once
   * if no device was bootstrapped with the workflow, otherwise when {@code apply} is set.
   *
   * @param expectedVersion the {@link Workflow#version()} that the caller has seen; null to accept
   *     any
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} with every fault of the document;
   *     {@link ErrorCode#CONFLICT} if another workflow names one of its roles with other grants;
   *     {@link ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public Workflow put(
      String actor, String name, byte[] yaml, boolean apply, @Nullable Long expectedVersion) {
    WorkflowDocument document = parse(yaml, name);
    refuseUnenforceable(document);
    WorkflowEntity row =
        entityManager.find(WorkflowEntity.class, name, LockModeType.PESSIMISTIC_WRITE);
    if (expectedVersion != null && (row == null || row.version() != expectedVersion)) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED, "the workflow was changed since it was read");
    }
    if (row == null) {
      row = new WorkflowEntity(name);
      entityManager.persist(row);
    }
    int number = store(actor, row, document, yaml);
    if (row.appliedVersion() < number && (apply || !devices.any(name))) {
      apply(actor, row, document, number);
    }
    entityManager.flush();
    return read(row);
  }

  /** The workflow of that name. */
  @Transactional
  public Optional<Workflow> find(String name) {
    return Optional.ofNullable(entityManager.find(WorkflowEntity.class, name)).map(this::read);
  }

  /** One version's text. */
  @Transactional
  public Optional<String> version(String name, int number) {
    return Optional.ofNullable(
            entityManager.find(WorkflowVersionEntity.class, new WorkflowVersionKey(name, number)))
        .map(WorkflowVersionEntity::document);
  }

  /**
   * The workflows in the order of their names.
   *
   * @param after the last name of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<Workflow> page(String after, int limit) {
    return entityManager
        .createQuery(
            "select w, v from WorkflowEntity w, WorkflowVersionEntity v where w.name > :after"
                + " and v.key.workflow = w.name and v.key.number = w.latestVersion order by w.name",
            Object[].class)
        .setParameter("after", after)
        .setMaxResults(limit)
        .getResultStream()
        .map(pair -> read((WorkflowEntity) pair[0], (WorkflowVersionEntity) pair[1]))
        .toList();
  }

  /**
   * What would change for each device if a document, or else the newest stored version, took force.
   *
   * @param yaml the document to plan; null for the newest stored version
   * @return the devices for which something changes or that cannot be planned, in the order of
   *     their master IDs; they are read page by page while it is walked through, each page in a
   *     transaction of its own
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#UNPROCESSABLE}
   */
  @Transactional
  public Iterator<DeviceDifference> plan(String name, byte @Nullable [] yaml) {
    WorkflowEntity row = entityManager.find(WorkflowEntity.class, name);
    if (row == null && yaml == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no workflow '" + name + "'");
    }
    BootstrapScript before =
        row == null || row.appliedVersion() == 0 ? null : script(name, row.appliedVersion());
    int latest = row == null ? 0 : row.latestVersion();
    BootstrapScript after =
        yaml == null ? script(name, latest) : new BootstrapScript(parse(yaml, name), latest + 1);
    Map<String, URI> uris = servers.uris();
    return new FleetDifferences(before, after, last -> devices.page(name, last, uris));
  }

  /**
   * Whether one of these workflows says that the PIN is returned. No row is locked: until {@link
   * #scriptsInForce} is asked another version may take force.
   */
  @Transactional
  public boolean returnPin(Collection<String> names) {
    return !names.isEmpty()
        && entityManager
            .createQuery(
                "select w.name, w.appliedVersion from WorkflowEntity w"
                    + " where w.name in :names and w.appliedVersion > 0",
                Object[].class)
            .setParameter("names", names)
            .getResultStream()
            .map(row -> script((String) row[0], (Integer) row[1]))
            .anyMatch(script -> script.document().bootstrap().returnPin());
  }

  /**
   * The scripts in force by their workflows' names, without those of which none is. They stay in
   * force until the caller's transaction ends, so that no other version passes over a client that
   * it makes by them. The rows are locked in the order of their names, and before any of a client.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Map<String, BootstrapScript> scriptsInForce(Collection<String> names) {
    Map<String, BootstrapScript> found = new HashMap<>();
    for (String name : new TreeSet<>(names)) {
      WorkflowEntity row =
          entityManager.find(WorkflowEntity.class, name, LockModeType.PESSIMISTIC_READ);
      if (row != null && row.appliedVersion() > 0) {
        found.put(name, script(name, row.appliedVersion()));
      }
    }
    return found;
  }

  /** What a resource server does not know or cannot read could never be enforced. */
  private void refuseUnenforceable(WorkflowDocument document) {
    List<Fault> faults = new ArrayList<>();
    document
        .roles()
        .forEach(
            (role, grants) -> {
              for (RoleGrant grant : grants) {
                String path = "/roles/" + role + "/grants";
                unknownScopes(grant).ifPresent(detail -> faults.add(new Fault(path, detail)));
                malformed(grant).ifPresent(detail -> faults.add(new Fault(path, detail)));
              }
            });
    if (!faults.isEmpty()) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the workflow document has faults", faults);
    }
  }

  private Optional<String> unknownScopes(RoleGrant grant) {
    Set<String> known = servers.scopes(grant.resourceServer()).orElse(grant.scopes());
    return known.containsAll(grant.scopes())
        ? Optional.empty()
        : Optional.of(
            "the resource server '"
                + grant.resourceServer()
                + "' knows the scopes "
                + String.join(" ", new TreeSet<>(known)));
  }

  private Optional<String> malformed(RoleGrant grant) {
    return servers
        .syntax(grant.resourceServer())
        .fault(grant.resource().sample())
        .map(fault -> "the resource '" + grant.resource() + "' " + fault);
  }

  private int store(String actor, WorkflowEntity row, WorkflowDocument document, byte[] yaml) {
    if (row.latestVersion() > 0) {
      WorkflowVersionEntity latest = stored(row.name(), row.latestVersion());
      if (latest.digest().equals(document.digest())) {
        return row.latestVersion();
      }
    }
    int number = row.addVersion();
    entityManager.persist(
        new WorkflowVersionEntity(
            row.name(),
            number,
            new String(yaml, UTF_8),
            document.digest(),
            actor,
            clock.instant()));
    audit.record(
        AuditEvent.success(
            "workflow.load",
            actor,
            row.name(),
            Map.of("version", Integer.toString(number), "digest", document.digest())));
    return number;
  }

  private void apply(String actor, WorkflowEntity row, WorkflowDocument document, int number) {
    refuseForeignRoles(row, document);
    Set<String> concerned = new HashSet<>(row.roles());
    concerned.addAll(document.roles().keySet());
    roles.holdForChange(concerned);
    List<String> changed = new ArrayList<>(dropRoles(actor, row, document, number));
    row.apply(number, document.roles().keySet());
    document
        .roles()
        .forEach(
            (role, grants) -> {
              if (roles.define(new Role(role, row.name(), number, grants))) {
                changed.add(role);
              }
              resources.registerPlain(grants);
            });
    projections.raiseOfRoles(changed);
    clients.follow(document);
    audit.record(
        AuditEvent.success(
            "workflow.apply",
            actor,
            row.name(),
            Map.of("version", Integer.toString(number), "roles", String.join(" ", changed))));
  }

  /** Roles that no workflow names any more give nothing from now on. */
  private List<String> dropRoles(
      String actor, WorkflowEntity row, WorkflowDocument document, int number) {
    List<String> dropped = new ArrayList<>(row.roles());
    dropped.removeAll(document.roles().keySet());
    dropped.removeAll(rolesOfOthers(row, dropped));
    for (String role : dropped) {
      roles.define(new Role(role, row.name(), number, List.of()));
      audit.record(AuditEvent.success("role.drop", actor, role, Map.of("workflow", row.name())));
    }
    return dropped;
  }

  private Set<String> rolesOfOthers(WorkflowEntity row, Collection<String> names) {
    return names.isEmpty()
        ? Set.of()
        : Set.copyOf(
            entityManager
                .createQuery(
                    "select r from WorkflowEntity w join w.roles r"
                        + " where w.name <> :name and r in :roles",
                    String.class)
                .setParameter("name", row.name())
                .setParameter("roles", names)
                .getResultList());
  }

  /** Two workflows may name the same role only with equal grants. */
  private void refuseForeignRoles(WorkflowEntity row, WorkflowDocument document) {
    roles
        .loadAll(rolesOfOthers(row, document.roles().keySet()))
        .forEach(
            (name, role) -> {
              List<RoleGrant> wanted = document.roles().getOrDefault(name, List.of());
              if (!Set.copyOf(role.grants()).equals(Set.copyOf(wanted))) {
                throw new RequestException(
                    ErrorCode.CONFLICT,
                    "the workflow '"
                        + role.workflow()
                        + "' defines the role '"
                        + name
                        + "' with other grants; make them equal or use another name");
              }
            });
  }

  private WorkflowDocument parse(byte[] yaml, String name) {
    Set<String> known = servers.all().keySet();
    try {
      return parser.parse(yaml, name, known::contains);
    } catch (InvalidWorkflowException e) {
      List<Fault> faults =
          e.faults().stream()
              .map(
                  fault ->
                      new Fault(
                          fault.path(),
                          fault.line() == null
                              ? fault.reason()
                              : fault.reason() + " (line " + fault.line() + ")"))
              .toList();
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the workflow document has faults", faults);
    }
  }

  /** A stored version never changes, so reading and checking it once is enough. */
  private BootstrapScript script(String name, int number) {
    return scripts.get(new WorkflowVersionKey(name, number), this::read);
  }

  private BootstrapScript read(WorkflowVersionKey key) {
    byte[] document = stored(key.workflow(), key.number()).document().getBytes(UTF_8);
    try {
      return new BootstrapScript(parser.parse(document, key.workflow(), id -> true), key.number());
    } catch (InvalidWorkflowException e) {
      throw new IllegalStateException(
          "version " + key.number() + " of " + key.workflow() + " is unreadable", e);
    }
  }

  private WorkflowVersionEntity stored(String name, int number) {
    WorkflowVersionEntity version =
        entityManager.find(WorkflowVersionEntity.class, new WorkflowVersionKey(name, number));
    if (version == null) {
      throw new IllegalStateException("version " + number + " of " + name + " is missing");
    }
    return version;
  }

  private Workflow read(WorkflowEntity row) {
    return read(row, stored(row.name(), row.latestVersion()));
  }

  private static Workflow read(WorkflowEntity row, WorkflowVersionEntity latest) {
    return new Workflow(
        row.name(), row.latestVersion(), row.appliedVersion(), latest.document(), row.version());
  }
}
