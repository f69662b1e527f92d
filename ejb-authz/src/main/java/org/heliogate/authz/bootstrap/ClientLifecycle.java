package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientSecrets;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** What an operator may do with a registered client. */
@ApplicationScoped
public class ClientLifecycle {

  private final EntityManager entityManager;
  private final ClientService clients;
  private final ResourceServers servers;
  private final CredentialRevocation credentials;
  private final Projections projections;
  private final ClientSecrets secrets;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  /** The life of the clients in the given database. */
  @Inject
  public ClientLifecycle(
      EntityManager entityManager,
      ClientService clients,
      ResourceServers servers,
      CredentialRevocation credentials,
      Projections projections,
      ClientSecrets secrets,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.clients = clients;
    this.servers = servers;
    this.credentials = credentials;
    this.projections = projections;
    this.secrets = secrets;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Ends a client for good, with all that it holds. Ending an ended client does nothing.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} for a device's
   *     client, which ends with its device, and for a resource server's; {@link
   *     ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public void revoke(String actor, String clientId, @Nullable Long expectedVersion) {
    ClientEntity client = find(clientId, expectedVersion);
    if (client.masterId() != null) {
      throw new RequestException(
          ErrorCode.CONFLICT, "this client ends with its device; revoke or retire the device");
    }
    Optional<ResourceServer> represented = servers.ofClient(clientId);
    if (represented.isPresent()) {
      throw new RequestException(
          ErrorCode.CONFLICT,
          "this client is the resource server '"
              + represented.get().id()
              + "', which could do nothing without it; rotate its secret or revoke its tokens");
    }
    if (!client.active()) {
      return;
    }
    Instant now = clock.instant();
    credentials.revoke(List.of(client), RevocationReason.CESSATION_OF_OPERATION, now);
    client.revoke(now);
    projections.raiseOfClients(List.of(clientId));
    audit.record(AuditEvent.success("client.revoke", actor, clientId, Map.of()));
  }

  /**
   * Gives a client other terms.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @param registration all that it shall be from now on
   * @return its secret where the new terms need one and it had none, otherwise null
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED};
   *     {@link ErrorCode#CONFLICT} for a device's client, which its workflow describes, and one
   *     that has ended; {@link ErrorCode#UNPROCESSABLE} for a role that it cannot have
   */
  @Transactional
  public @Nullable String change(
      String actor,
      String clientId,
      @Nullable Long expectedVersion,
      ClientService.Registration registration) {
    ClientEntity client = find(clientId, expectedVersion);
    if (client.masterId() != null) {
      throw new RequestException(
          ErrorCode.CONFLICT, "a workflow describes this client; change the workflow");
    }
    if (!client.active()) {
      throw new RequestException(ErrorCode.CONFLICT, "the client has ended");
    }
    String secret = clients.change(actor, client, registration);
    projections.raiseOfClients(List.of(clientId));
    return secret;
  }

  /**
   * Replaces a client's secret; the old one is void at once.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @return the new secret
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED};
   *     {@link ErrorCode#CONFLICT} if the client has no secret, is a device's or has ended
   */
  @Transactional
  public String rotateSecret(String actor, String clientId, @Nullable Long expectedVersion) {
    ClientEntity client = find(clientId, expectedVersion);
    if (!client.active() || !client.hasSecret() || client.masterId() != null) {
      throw new RequestException(
          ErrorCode.CONFLICT, "only an active application with a secret can get a new one");
    }
    ClientSecrets.Secret secret = secrets.secret();
    client.setSecretHash(secret.hash());
    notices.publish(ChangeNotice.Kind.CLIENT, clientId);
    audit.record(AuditEvent.success("client.rotate-secret", actor, clientId, Map.of()));
    return secret.value();
  }

  /**
   * Voids all tokens that a client has; its credentials stay.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public void revokeTokens(String actor, String clientId, @Nullable Long expectedVersion) {
    find(clientId, expectedVersion).voidTokens(clock.instant());
    notices.publish(ChangeNotice.Kind.CLIENT, clientId);
    audit.record(AuditEvent.success("client.revoke-tokens", actor, clientId, Map.of()));
  }

  private ClientEntity find(String clientId, @Nullable Long expectedVersion) {
    ClientEntity client =
        entityManager.find(ClientEntity.class, clientId, LockModeType.PESSIMISTIC_WRITE);
    if (client == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no client '" + clientId + "'");
    }
    if (expectedVersion != null && client.version() != expectedVersion) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED, "the client was changed since it was read");
    }
    return client;
  }
}
