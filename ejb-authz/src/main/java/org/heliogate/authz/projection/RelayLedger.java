package org.heliogate.authz.projection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Entitlement;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.authz.projection.jpa.ProjectionEntity;
import org.heliogate.authz.projection.jpa.ProjectionKey;
import org.heliogate.hsm.UnsealException;
import org.heliogate.spi.Credential;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalState;

/**
 * The relay's two transactions: the first reads a batch of what is wanted, the second notes what
 * became of it. Between them nothing is held.
 */
@ApplicationScoped
class RelayLedger {

  private static final Duration MAX_BACK_OFF = Duration.ofMinutes(1);

  private final EntityManager entityManager;
  private final RelayLease lease;
  private final ClientStore clients;
  private final RoleStore roles;
  private final Entitlements entitlements;
  private final SecretSealer sealer;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  RelayLedger(
      EntityManager entityManager,
      RelayLease lease,
      ClientStore clients,
      RoleStore roles,
      Entitlements entitlements,
      SecretSealer sealer,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.lease = lease;
    this.clients = clients;
    this.roles = roles;
    this.entitlements = entitlements;
    this.sealer = sealer;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Reads the principals that have waited longest. Those that must vanish come first and alone: a
   * revocation queues neither behind a fleet nor behind a change of roles that is under way. A
   * fixed number of queries, however many they are.
   *
   * @param most how many principals, at least 1
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public RelayBatch claim(String resourceServer, long fence, int most) {
    List<ProjectionEntity> vanishing = due(resourceServer, "in", most);
    if (!vanishing.isEmpty()) {
      return new RelayBatch(
          resourceServer, fence, vanishing.stream().map(RelayLedger::absent).toList(), List.of());
    }
    List<ProjectionEntity> rows = due(resourceServer, "not in", most);
    Map<String, RegisteredClient> owners =
        clients.loadAll(rows.stream().map(ProjectionEntity::clientId).toList());
    List<PrincipalState> states = new ArrayList<>();
    List<PrincipalOutcome> unready = new ArrayList<>();
    // Before the roles are held, because the HSM takes its time.
    Map<ProjectionEntity, Credential> ready = new LinkedHashMap<>();
    for (ProjectionEntity row : rows) {
      RegisteredClient owner = owners.get(row.clientId());
      if (owner == null || !mayTakePart(owner)) {
        states.add(absent(row));
        continue;
      }
      try {
        ready.put(row, credential(row));
      } catch (RequestException | UnsealException e) {
        // The HSM is away, or the database came from elsewhere; the others must not wait for it.
        unready.add(
            new PrincipalOutcome(
                row.key().username(),
                row.desiredGeneration(),
                PrincipalOutcome.Status.RETRY,
                "the password cannot be unsealed"));
      }
    }
    Map<String, List<Entitlement>> rights = rights(owners.values());
    ready.forEach(
        (row, credential) ->
            states.add(
                PrincipalState.present(
                    row.key().username(),
                    row.desiredGeneration(),
                    credential,
                    permissions(resourceServer, rights.getOrDefault(row.clientId(), List.of())))));
    return new RelayBatch(resourceServer, fence, states, unready);
  }

  /**
   * What these clients may do. A change of their roles that is under way has not seen who is new at
   * the server; this waits for it and sees the change.
   */
  private Map<String, List<Entitlement>> rights(Collection<RegisteredClient> owners) {
    roles.hold(
        owners.stream().flatMap(owner -> owner.roles().stream()).collect(Collectors.toSet()));
    return entitlements.storedNow(owners);
  }

  private List<ProjectionEntity> due(String resourceServer, String among, int most) {
    return entityManager
        .createQuery(
            "select p from ProjectionEntity p where p.key.resourceServer = :server"
                + " and p.pending = true and p.nextAttemptAt <= :now and p.credential "
                + among
                + " :absent order by p.nextAttemptAt",
            ProjectionEntity.class)
        .setParameter("server", resourceServer)
        .setParameter("now", clock.instant())
        .setParameter("absent", Projections.ABSENT)
        .setMaxResults(most)
        .getResultList();
  }

  /**
   * Notes what became of a batch. If another node has taken over meanwhile, the batch may have come
   * after what that node sent, so all of it is wanted once more.
   *
   * @return the generations that are enforced now, by username
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Map<String, Long> settle(RelayBatch batch, List<PrincipalOutcome> outcomes) {
    if (!lease.holds(batch.resourceServer(), batch.fence())) {
      raiseAll(batch);
      return Map.of();
    }
    Map<ProjectionKey, PrincipalOutcome> byKey =
        outcomes.stream()
            .collect(
                Collectors.toMap(
                    outcome -> new ProjectionKey(batch.resourceServer(), outcome.name()),
                    Function.identity()));
    Set<String> enforced = new HashSet<>();
    rows(batch.resourceServer(), outcomes.stream().map(PrincipalOutcome::name).toList())
        .forEach(
            row -> {
              PrincipalOutcome outcome = byKey.get(row.key());
              if (outcome != null && settle(row, outcome)) {
                enforced.add(row.key().username());
              }
            });
    return outcomes.stream()
        .filter(outcome -> enforced.contains(outcome.name()))
        .collect(Collectors.toMap(PrincipalOutcome::name, PrincipalOutcome::generation));
  }

  private void raiseAll(RelayBatch batch) {
    rows(batch.resourceServer(), batch.states().stream().map(PrincipalState::name).toList())
        .forEach(row -> row.raise(clock.instant()));
  }

  private Stream<ProjectionEntity> rows(String resourceServer, List<String> usernames) {
    return entityManager
        .createQuery(
            "select p from ProjectionEntity p where p.key.resourceServer = :server"
                + " and p.key.username in :names",
            ProjectionEntity.class)
        .setParameter("server", resourceServer)
        .setParameter("names", usernames)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream();
  }

  private boolean settle(ProjectionEntity row, PrincipalOutcome outcome) {
    String detail = outcome.detail() == null ? outcome.status().name() : outcome.detail();
    switch (outcome.status()) {
      case ENFORCED, CREDENTIAL_LOST -> {
        row.enforced(outcome.generation());
        if (outcome.status() == PrincipalOutcome.Status.CREDENTIAL_LOST) {
          // What was asked for meanwhile is another credential, of a later generation.
          if (row.desiredGeneration() == outcome.generation()) {
            row.setCredential(CredentialKind.NONE, null);
          }
          audit.record(
              AuditEvent.refused("projection.credential-lost", "system", subject(row), detail));
        } else {
          audit.record(
              AuditEvent.success(
                  "projection.enforce",
                  "system",
                  subject(row),
                  Map.of("generation", Long.toString(outcome.generation()))));
        }
        return true;
      }
      case SUPERSEDED -> {
        // The server carries a higher generation than the database: a restored backup. Rise above.
        row.overtake(clock.instant());
      }
      case RETRY, REJECTED -> {
        if (row.attempts() == 0) {
          audit.record(AuditEvent.refused("projection.enforce", "system", subject(row), detail));
        }
        row.failed(detail, clock.instant().plus(backOff(row.attempts(), outcome.status())));
      }
    }
    return false;
  }

  private static Duration backOff(int attempts, PrincipalOutcome.Status status) {
    if (status == PrincipalOutcome.Status.REJECTED) {
      return MAX_BACK_OFF;
    }
    Duration delay = Duration.ofMillis(250L << Math.min(attempts, 10));
    return delay.compareTo(MAX_BACK_OFF) < 0 ? delay : MAX_BACK_OFF;
  }

  private static boolean mayTakePart(RegisteredClient client) {
    return client.active()
        && client.device().map(device -> device.standing() == Standing.ACTIVE).orElse(true);
  }

  private static PrincipalState absent(ProjectionEntity row) {
    return PrincipalState.absent(row.key().username(), row.desiredGeneration());
  }

  private Credential credential(ProjectionEntity row) {
    String sealed = row.passwordSealed();
    return switch (row.credential()) {
      case NONE, HELD_X509 -> throw new IllegalStateException("who cannot log in is absent");
      case X509 -> new Credential.X509("CN=" + row.key().username());
      case KEPT_PASSWORD -> new Credential.KeptPassword();
      case PASSWORD ->
          sealed == null
              ? new Credential.KeptPassword()
              : new Credential.Password(
                  new String(
                      sealer.open(sealed, Projections.passwordContext(row.key())),
                      StandardCharsets.US_ASCII));
    };
  }

  private static Set<Permission> permissions(String resourceServer, List<Entitlement> rights) {
    return rights.stream()
        .filter(right -> right.resourceServer().equals(resourceServer))
        .flatMap(
            right ->
                right.scopes().stream()
                    .map(
                        scope ->
                            right.effect() == Effect.ALLOW
                                ? Permission.allow(right.resource(), scope)
                                : Permission.deny(right.resource(), scope)))
        .collect(Collectors.toSet());
  }

  private static String subject(ProjectionEntity row) {
    return row.key().resourceServer() + '/' + row.key().username();
  }
}
