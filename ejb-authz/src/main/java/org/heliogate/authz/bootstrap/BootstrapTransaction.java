package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientSecrets;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.DevicePins;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.plan.WorkflowService;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.workflow.BootstrapContext;
import org.heliogate.authz.workflow.BootstrapPlan;
import org.heliogate.authz.workflow.BootstrapPlan.PlannedClient;
import org.heliogate.authz.workflow.BootstrapScript;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** The one transaction of a bootstrap: either all of its effects exist afterwards, or none. */
@ApplicationScoped
class BootstrapTransaction {

  private static final Set<String> DEVICE_SCOPE = Set.of("uma_authorization");
  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

  private final EntityManager entityManager;
  private final WorkflowService workflows;
  private final ResourceServers servers;
  private final ResourceRegistrar resources;
  private final Projections projections;
  private final CredentialRevocation credentials;
  private final DevicePins pins;
  private final ClientSecrets secrets;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  BootstrapTransaction(
      EntityManager entityManager,
      WorkflowService workflows,
      ResourceServers servers,
      ResourceRegistrar resources,
      Projections projections,
      CredentialRevocation credentials,
      DevicePins pins,
      ClientSecrets secrets,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.workflows = workflows;
    this.servers = servers;
    this.resources = resources;
    this.projections = projections;
    this.credentials = credentials;
    this.pins = pins;
    this.secrets = secrets;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  @Transactional
  public BootstrapResponse run(String masterId) {
    DeviceEntity device = admitted(masterId);
    Instant now = clock.instant();
    // Before the workflows are locked, because the HSM takes its time.
    Optional<String> opened =
        workflows.returnPin(device.workflows()) ? pins.openAtBootstrap(masterId) : Optional.empty();
    List<BootstrapScript> scripts = scripts(device);
    List<ClientEntity> present = clientsOf(masterId);
    if (device.onboarding() == Onboarding.REARMED) {
      credentials.revoke(present, RevocationReason.SUPERSEDED, now);
    }
    Reply reply = new Reply();
    for (BootstrapScript script : scripts) {
      runScript(device, script, present, reply, now);
    }
    revokeLeftovers(present, reply, now);
    device.setOnboarding(Onboarding.RESPONDED, now);
    projections.raiseOfClients(reply.clientIds());
    reply.clientIds().forEach(clientId -> notices.publish(ChangeNotice.Kind.CLIENT, clientId));
    @Nullable String pin =
        reply.returnPin ? opened.or(() -> pins.openAtBootstrap(masterId)).orElse(null) : null;
    audit.record(
        AuditEvent.success(
            "device.bootstrap",
            masterId,
            masterId,
            Map.of(
                "clients",
                String.join(" ", reply.clientIds()),
                "pin",
                pin == null ? "kept" : "returned")));
    return new BootstrapResponse(
        masterId, pin, List.copyOf(reply.clients), reply.parameters, reply.resourceServers);
  }

  private DeviceEntity admitted(String masterId) {
    DeviceEntity device =
        entityManager.find(DeviceEntity.class, masterId, LockModeType.PESSIMISTIC_WRITE);
    if (device == null || device.standing() != Standing.ACTIVE) {
      throw new RequestException(
          ErrorCode.ACCESS_DENIED, "the device is suspended, revoked or retired");
    }
    if (device.onboarding() == Onboarding.CONFIRMED) {
      throw new RequestException(
          ErrorCode.BOOTSTRAP_COMPLETED,
          "the device is bootstrapped; an operator must re-arm it first");
    }
    return device;
  }

  /** With their roles; an outer join cannot be locked, so that is done before. */
  private List<ClientEntity> clientsOf(String masterId) {
    DeviceClients.locked(entityManager, masterId);
    return entityManager
        .createQuery(
            "select distinct c from ClientEntity c left join fetch c.roles"
                + " where c.masterId = :masterId",
            ClientEntity.class)
        .setParameter("masterId", masterId)
        .getResultList();
  }

  private List<BootstrapScript> scripts(DeviceEntity device) {
    Map<String, BootstrapScript> inForce = workflows.scriptsInForce(device.workflows());
    return device.workflows().stream()
        .map(
            workflow ->
                Optional.ofNullable(inForce.get(workflow))
                    .orElseThrow(
                        () ->
                            new RequestException(
                                ErrorCode.TEMPORARILY_UNAVAILABLE,
                                "the workflow '" + workflow + "' is not in force",
                                RETRY_AFTER)))
        .toList();
  }

  private void runScript(
      DeviceEntity device,
      BootstrapScript script,
      List<ClientEntity> present,
      Reply reply,
      Instant now) {
    String workflow = script.document().name();
    Map<String, ClientEntity> clients = new LinkedHashMap<>();
    for (var declared : script.document().bootstrap().clients()) {
      clients.put(
          declared.name(),
          present.stream()
              .filter(client -> client.active() && client.madeBy(workflow, declared.name()))
              .findFirst()
              .orElseGet(() -> newClient(device, workflow, declared.name(), now)));
    }
    BootstrapPlan plan = plan(device, script, clients);
    for (PlannedClient planned : plan.clients()) {
      ClientEntity client = clients.get(planned.name());
      if (client != null) {
        reply.clients.add(settle(client, planned, plan));
        planned.grants().forEach(grant -> reply.addServer(servers.find(grant.resourceServer())));
        resources.register(planned.grants());
      }
    }
    reply.parameters.putAll(plan.parameters());
    reply.returnPin |= plan.returnPin();
  }

  private BootstrapPlan plan(
      DeviceEntity device, BootstrapScript script, Map<String, ClientEntity> clients) {
    Map<String, String> clientIds =
        clients.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().clientId()));
    try {
      return script.plan(
          new BootstrapContext(device.masterId(), device.attributes(), clientIds, servers.uris()));
    } catch (ExpressionException e) {
      throw new RequestException(
          ErrorCode.ACCESS_DENIED,
          "the bootstrap script of '" + script.document().name() + "' fails: " + e.getMessage());
    }
  }

  private ClientEntity newClient(DeviceEntity device, String workflow, String name, Instant now) {
    ClientEntity client =
        new ClientEntity(secrets.clientId(), secrets.username(), name, ClientKind.DEVICE, now);
    client.setOrigin(device.masterId(), workflow);
    entityManager.persist(client);
    audit.record(
        AuditEvent.success(
            "client.create",
            device.masterId(),
            client.clientId(),
            Map.of("workflow", workflow, "name", name, "username", client.username())));
    return client;
  }

  private BootstrapResponse.Client settle(
      ClientEntity client, PlannedClient planned, BootstrapPlan plan) {
    Set<AuthenticationMethod> methods =
        planned.authenticationMethods().stream()
            .map(method -> AuthenticationMethod.of(method).orElseThrow())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(AuthenticationMethod.class)));
    client.setTerms(methods, DEVICE_SCOPE, planned.bearerAat(), plan.returnPin());
    client.setRoles(Set.of(planned.role()));
    ClientSecrets.Secret secret =
        methods.stream().anyMatch(AuthenticationMethod::usesSecret) ? secrets.secret() : null;
    client.setSecretHash(secret == null ? null : secret.hash());
    return new BootstrapResponse.Client(
        plan.workflow(),
        planned.name(),
        planned.role(),
        client.clientId(),
        Set.copyOf(methods),
        secret == null ? null : secret.value());
  }

  /** Clients that no script of the device names any more. */
  private void revokeLeftovers(List<ClientEntity> present, Reply reply, Instant now) {
    Set<String> kept = Set.copyOf(reply.clientIds());
    List<ClientEntity> leftovers =
        present.stream()
            .filter(client -> client.active() && !kept.contains(client.clientId()))
            .toList();
    credentials.revoke(leftovers, RevocationReason.CESSATION_OF_OPERATION, now);
    leftovers.forEach(
        client -> {
          client.revoke(now);
          notices.publish(ChangeNotice.Kind.CLIENT, client.clientId());
        });
  }

  /** What the scripts have produced so far. */
  private static final class Reply {

    private final List<BootstrapResponse.Client> clients = new ArrayList<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Map<String, String> resourceServers = new TreeMap<>();
    private boolean returnPin;

    List<String> clientIds() {
      return clients.stream().map(BootstrapResponse.Client::clientId).toList();
    }

    void addServer(Optional<ResourceServer> server) {
      server.ifPresent(found -> resourceServers.put(found.id(), found.type()));
    }
  }
}
