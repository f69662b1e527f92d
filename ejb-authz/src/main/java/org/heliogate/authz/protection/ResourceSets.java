package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.uma.TokenScopes;

/**
 * The resource registration endpoint's service (UMA FedAuthz §3). A resource server sees and
 * changes its own resources only, those that a workflow's grants name among them.
 */
@ApplicationScoped
public class ResourceSets {

  private final EntityManager entityManager;
  private final ResourceServers servers;
  private final RegisteredResources resources;
  private final TokenScopes tokenScopes;
  private final RevokedTokens revoked;
  private final AuditTrail audit;
  private final Clock clock;

  /** The resources in the given database. */
  @Inject
  public ResourceSets(
      EntityManager entityManager,
      ResourceServers servers,
      RegisteredResources resources,
      TokenScopes tokenScopes,
      RevokedTokens revoked,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.servers = servers;
    this.resources = resources;
    this.tokenScopes = tokenScopes;
    this.revoked = revoked;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Registers a resource; without a name its identifier is its name. One that only a grant has
   * named so far keeps its identifier and becomes the server's.
   *
   * @return its identifier
   * @throws RequestException {@link ErrorCode#CONFLICT} if the server has registered the name;
   *     {@link ErrorCode#INVALID_REQUEST} if its scope template has no place for it
   */
  @Transactional
  public String create(Caller caller, ResourceDescription description) {
    ResourceServer server = server(caller);
    String newId = UUID.randomUUID().toString();
    String name = description.nameOr(newId);
    tokenScopes.requireFitting(server, name, description.scopes());
    Optional<ResourceEntity> named = named(server, name);
    if (named.filter(ResourceEntity::registered).isPresent()) {
      throw nameTaken();
    }
    ResourceEntity row =
        named.orElseGet(() -> new ResourceEntity(newId, server.id(), name, description.scopes()));
    row.describe(description.as(row.id(), name), description.extension().json());
    entityManager.persist(row);
    flush();
    resources.changed(server.id(), row.id(), Set.of(row.name()));
    record("resource.register", caller, row);
    return row.id();
  }

  /**
   * One resource of the caller's server.
   *
   * @throws RequestException {@link ErrorCode#NOT_FOUND}
   */
  @Transactional
  public DescribedResource read(Caller caller, String id) {
    ResourceServer server = server(caller);
    return Optional.ofNullable(entityManager.find(ResourceEntity.class, id))
        .filter(row -> row.resourceServer().equals(server.id()))
        .map(DescribedResource::of)
        .orElseThrow(ResourceSets::missing);
  }

  /**
   * Replaces what is known of a resource; without a name it keeps the one that it has. Rights go by
   * names, so a new name means other rights; the tokens that name it by the old one end with their
   * time.
   *
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} if another
   *     resource of the server has the name; {@link ErrorCode#INVALID_REQUEST} if its scope
   *     template has no place for it
   */
  @Transactional
  public void replace(Caller caller, String id, ResourceDescription description) {
    ResourceServer server = server(caller);
    ResourceEntity row = lock(server, id);
    String name = description.nameOr(row.name());
    tokenScopes.requireFitting(server, name, description.scopes());
    Set<String> names = new HashSet<>(Set.of(row.name()));
    names.add(name);
    if (!row.name().equals(name)) {
      if (named(server, name).isPresent()) {
        throw nameTaken();
      }
      endPermissions(row);
    }
    row.describe(description.as(id, name), description.extension().json());
    flush();
    resources.changed(server.id(), id, names);
    record("resource.update", caller, row);
  }

  /**
   * Forgets a resource and ends every permission to it. Rights that roles give to its name count
   * again once somebody registers the name again.
   *
   * @throws RequestException {@link ErrorCode#NOT_FOUND}
   */
  @Transactional
  public void delete(Caller caller, String id) {
    ResourceEntity row = lock(server(caller), id);
    entityManager.remove(row);
    endPermissions(row);
    resources.changed(row.resourceServer(), row.id(), Set.of(row.name()));
    record("resource.delete", caller, row);
  }

  private void endPermissions(ResourceEntity row) {
    revoked.revoke(
        RevokedTokens.Kind.RESOURCE, row.id(), clock.instant().plus(TokenTerms.MAX_LIFETIME));
  }

  private void record(String action, Caller caller, ResourceEntity row) {
    audit.record(
        AuditEvent.success(
            action,
            caller.client().clientId(),
            row.resourceServer() + '/' + row.id(),
            Map.of("name", row.name())));
  }

  private ResourceEntity lock(ResourceServer server, String id) {
    ResourceEntity row =
        entityManager.find(ResourceEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null || !row.resourceServer().equals(server.id())) {
      throw missing();
    }
    return row;
  }

  private Optional<ResourceEntity> named(ResourceServer server, String name) {
    return entityManager
        .createQuery(
            "select r from ResourceEntity r where r.resourceServer = :server and r.name = :name",
            ResourceEntity.class)
        .setParameter("server", server.id())
        .setParameter("name", name)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst();
  }

  /** The index over the names decides between requests at the same moment. */
  private void flush() {
    try {
      entityManager.flush();
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        throw nameTaken();
      }
      throw e;
    }
  }

  private ResourceServer server(Caller caller) {
    return CallingServer.of(servers, caller);
  }

  private static RequestException nameTaken() {
    return new RequestException(
        ErrorCode.CONFLICT, "the server has a resource of this name; update or delete that one");
  }

  private static RequestException missing() {
    return new RequestException(ErrorCode.NOT_FOUND, "there is no such resource of this server");
  }
}
