package org.heliogate.authz.projection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.authz.projection.jpa.ProjectionEntity;
import org.heliogate.authz.projection.jpa.ProjectionKey;
import org.jspecify.annotations.Nullable;

/**
 * What each resource server must enforce. A service that changes what a client may do says so here,
 * in its own transaction; nothing is sent from here (architecture, "Projection, not messages").
 */
@ApplicationScoped
public class Projections {

  /** How long a password is good for once it was handed out. */
  public static final Duration PASSWORD_LIFETIME = Duration.ofDays(30);

  /** With these credentials a principal is absent at its resource server. */
  static final Set<String> ABSENT =
      Set.of(CredentialKind.NONE.name(), CredentialKind.HELD_X509.name());

  /** Of whom that is not so a change of rights changes something. */
  private static final String PRESENT =
      " and p.credential not in ('"
          + CredentialKind.NONE.name()
          + "', '"
          + CredentialKind.HELD_X509.name()
          + "')";

  private static final String OF_CLIENTS = "p.clientId in :subjects";
  private static final int EXPIRY_BATCH = 1_000;

  private final EntityManager entityManager;
  private final RoleStore roles;
  private final SecretSealer sealer;
  private final Clock clock;
  private final Event<ProjectionRaised> raised;

  /** The projections in the given database. */
  @Inject
  public Projections(
      EntityManager entityManager,
      RoleStore roles,
      SecretSealer sealer,
      Clock clock,
      Event<ProjectionRaised> raised) {
    this.entityManager = entityManager;
    this.roles = roles;
    this.sealer = sealer;
    this.clock = clock;
    this.raised = raised;
  }

  /**
   * Wants the client as a principal of the resource server, with its rights and, for {@link
   * CredentialKind#X509}, able to log in by certificate. With {@link CredentialKind#NONE} an
   * existing credential stays as it is, and so does a login by certificate that is on hold.
   *
   * @return the generation that must be enforced
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Enforcement require(
      RegisteredClient client, String resourceServer, CredentialKind credential) {
    ProjectionEntity row = lock(client, resourceServer);
    if (credential != CredentialKind.NONE
        && row.credential() != CredentialKind.HELD_X509
        && (row.credential() != credential
            || row.desiredGeneration() == row.enforcedGeneration())) {
      // Also when nothing changes: the resource server may have lost what it was told.
      change(row, credential, null);
    }
    return enforcement(row);
  }

  /**
   * Wants the client as a principal that logs in by certificate on all of these resource servers
   * where it does not by a password.
   *
   * @return the generations that must be enforced
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<Enforcement> requireCertificateLogins(
      RegisteredClient client, Collection<String> resourceServers) {
    if (resourceServers.isEmpty()) {
      return List.of();
    }
    // The client's row is the lock: those of the projections may not exist yet.
    entityManager.find(ClientEntity.class, client.clientId(), LockModeType.PESSIMISTIC_WRITE);
    Map<String, ProjectionEntity> rows = new TreeMap<>();
    entityManager
        .createQuery(
            "select p from ProjectionEntity p"
                + " where p.clientId = :client and p.key.resourceServer in :servers",
            ProjectionEntity.class)
        .setParameter("client", client.clientId())
        .setParameter("servers", resourceServers)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList()
        .forEach(row -> rows.put(row.key().resourceServer(), row));
    for (String server : resourceServers) {
      ProjectionEntity row = rows.computeIfAbsent(server, id -> create(client, id));
      if (row.credential() == CredentialKind.NONE) {
        change(row, CredentialKind.X509, null);
      }
    }
    return rows.values().stream()
        .filter(row -> row.credential() == CredentialKind.X509)
        .map(Projections::enforcement)
        .toList();
  }

  /**
   * Wants the client as a principal that logs in by a password. A password that is not delivered
   * yet is kept, so that a repeated request gets the same.
   *
   * @param fresh the password to set if there is none to be delivered
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Enforcement requirePassword(RegisteredClient client, String resourceServer, byte[] fresh) {
    ProjectionEntity row = lock(client, resourceServer);
    if (row.credential() != CredentialKind.PASSWORD) {
      change(row, CredentialKind.PASSWORD, sealer.seal(fresh, passwordContext(row.key())));
      // One that nobody fetches does not stay for ever either.
      row.passwordExpires(clock.instant().plus(PASSWORD_LIFETIME));
    }
    return enforcement(row);
  }

  /**
   * Hands out the enforced password, for the last time: it is erased here.
   *
   * @return empty if it was handed out before, or is not enforced
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<byte[]> takePassword(RegisteredClient client, String resourceServer) {
    ProjectionEntity row = lock(client, resourceServer);
    String sealed = row.passwordSealed();
    if (row.credential() != CredentialKind.PASSWORD
        || sealed == null
        || row.desiredGeneration() > row.enforcedGeneration()) {
      return Optional.empty();
    }
    byte[] password = sealer.open(sealed, passwordContext(row.key()));
    row.passwordDelivered(clock.instant().plus(PASSWORD_LIFETIME));
    return Optional.of(password);
  }

  /**
   * Ends logins by passwords that have expired, at most 1,000 at a time.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean expirePasswords() {
    List<ProjectionEntity> expired =
        entityManager
            .createQuery(
                "select p from ProjectionEntity p where p.passwordExpiresAt < :now",
                ProjectionEntity.class)
            .setParameter("now", clock.instant())
            .setMaxResults(EXPIRY_BATCH)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    expired.forEach(row -> change(row, CredentialKind.NONE, null));
    return expired.size() == EXPIRY_BATCH;
  }

  /**
   * Says that what these clients may do has changed; who cannot log in is not concerned. The caller
   * has locked the clients, so that none comes to a resource server meanwhile.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void raiseOfClients(Collection<String> clientIds) {
    if (!clientIds.isEmpty()) {
      raise(OF_CLIENTS + PRESENT, clientIds);
    }
  }

  /**
   * Says that what these roles give has changed: one statement, however many clients. The relay
   * waits for the change before it tells a resource server of a client that is new there.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void raiseOfRoles(Collection<String> names) {
    if (!names.isEmpty()) {
      roles.holdForChange(names);
      raise(
          "p.clientId in (select c.clientId from ClientEntity c join c.roles r where r in :subjects)"
              + PRESENT,
          names);
    }
  }

  /** Ends logins by certificate of clients that have none any more; a password stays as it is. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void dropCertificateLogins(Collection<String> clientIds) {
    moveCertificateLogins(
        clientIds, List.of(CredentialKind.X509, CredentialKind.HELD_X509), CredentialKind.NONE);
  }

  /** Ends logins by certificate of clients while their certificates are on hold. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void holdCertificateLogins(Collection<String> clientIds) {
    moveCertificateLogins(clientIds, List.of(CredentialKind.X509), CredentialKind.HELD_X509);
  }

  /** Gives clients the logins by certificate back that were on hold. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void releaseCertificateLogins(Collection<String> clientIds) {
    moveCertificateLogins(clientIds, List.of(CredentialKind.HELD_X509), CredentialKind.X509);
  }

  private void moveCertificateLogins(
      Collection<String> clientIds, List<CredentialKind> from, CredentialKind to) {
    if (clientIds.isEmpty()) {
      return;
    }
    List<String> kinds = from.stream().map(CredentialKind::name).toList();
    // Whoever has no such login is not raised: after a long time most have none.
    List<String> concerned =
        entityManager
            .createQuery(
                "select distinct p.clientId from ProjectionEntity p"
                    + " where p.clientId in :ids and p.credential in :from",
                String.class)
            .setParameter("ids", clientIds)
            .setParameter("from", kinds)
            .getResultList();
    if (concerned.isEmpty()) {
      return;
    }
    entityManager
        .createQuery(
            "update ProjectionEntity p set p.credential = :to"
                + " where p.clientId in :ids and p.credential in :from")
        .setParameter("to", to.name())
        .setParameter("from", kinds)
        .setParameter("ids", concerned)
        .executeUpdate();
    raise(OF_CLIENTS, concerned);
  }

  /**
   * Takes these clients' credentials away: they vanish from every resource server, which ends their
   * sessions, until they ask for a credential again.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void dropCredentials(Collection<String> clientIds) {
    if (clientIds.isEmpty()) {
      return;
    }
    entityManager
        .createQuery(
            "update ProjectionEntity p set p.credential = :none, p.passwordSealed = null,"
                + " p.passwordExpiresAt = null"
                + " where p.clientId in :ids")
        .setParameter("none", CredentialKind.NONE.name())
        .setParameter("ids", clientIds)
        .executeUpdate();
    raise(OF_CLIENTS, clientIds);
  }

  /** Says that what a workflow's clients may do has changed: one statement, however many. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void raiseOfWorkflow(String workflow) {
    raise(
        "p.clientId in (select c.clientId from ClientEntity c where c.workflow in :subjects"
            + " and c.masterId is not null)"
            + PRESENT,
        List.of(workflow));
  }

  /** Whether a generation is enforced. */
  @Transactional
  public boolean enforced(String resourceServer, String username, long generation) {
    return entityManager
            .createQuery(
                "select p.enforcedGeneration from ProjectionEntity p where p.key = :key",
                Long.class)
            .setParameter("key", new ProjectionKey(resourceServer, username))
            .getResultStream()
            .findFirst()
            .orElse(0L)
        >= generation;
  }

  /** How many principals of each resource server wait to be enforced. */
  @Transactional
  public Map<String, Long> pending() {
    return entityManager
        .createQuery(
            "select p.key.resourceServer, count(p) from ProjectionEntity p"
                + " where p.pending = true group by p.key.resourceServer",
            Object[].class)
        .getResultStream()
        .collect(java.util.stream.Collectors.toMap(row -> (String) row[0], row -> (Long) row[1]));
  }

  static String passwordContext(ProjectionKey key) {
    return "password " + key.resourceServer() + ' ' + key.username();
  }

  private ProjectionEntity lock(RegisteredClient client, String resourceServer) {
    // The client's row is the lock: the projection's may not exist yet.
    entityManager.find(ClientEntity.class, client.clientId(), LockModeType.PESSIMISTIC_WRITE);
    ProjectionKey key = new ProjectionKey(resourceServer, client.username());
    ProjectionEntity row =
        entityManager.find(ProjectionEntity.class, key, LockModeType.PESSIMISTIC_WRITE);
    return row == null ? create(client, resourceServer) : row;
  }

  private ProjectionEntity create(RegisteredClient client, String resourceServer) {
    ProjectionEntity row =
        new ProjectionEntity(
            new ProjectionKey(resourceServer, client.username()),
            client.clientId(),
            clock.instant());
    entityManager.persist(row);
    raised.fire(new ProjectionRaised(resourceServer));
    return row;
  }

  private void change(ProjectionEntity row, CredentialKind credential, @Nullable String sealed) {
    row.setCredential(credential, sealed);
    row.raise(clock.instant());
    raised.fire(new ProjectionRaised(row.key().resourceServer()));
  }

  private void raise(String condition, Collection<String> subjects) {
    Instant now = clock.instant();
    entityManager.flush();
    entityManager
        .createQuery(
            "update ProjectionEntity p set p.desiredGeneration = p.desiredGeneration + 1,"
                + " p.pending = true, p.attempts = 0, p.nextAttemptAt = :now where "
                + condition)
        .setParameter("now", now)
        .setParameter("subjects", subjects)
        .executeUpdate();
    List<String> servers =
        entityManager
            .createQuery(
                "select distinct p.key.resourceServer from ProjectionEntity p where " + condition,
                String.class)
            .setParameter("subjects", subjects)
            .getResultList();
    servers.forEach(server -> raised.fire(new ProjectionRaised(server)));
  }

  private static Enforcement enforcement(ProjectionEntity row) {
    return new Enforcement(
        row.key().resourceServer(), row.key().username(), row.desiredGeneration());
  }

  /**
   * What a client waits for.
   *
   * @param resourceServer the resource server
   * @param username the principal
   * @param generation the generation that must be enforced
   */
  public record Enforcement(String resourceServer, String username, long generation) {}
}
