package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.stream.Collectors;
import org.heliogate.authz.resource.jpa.ResourceServerEntity;

/**
 * The resource servers as they are stored; a bean of its own, so that memory needs no transaction.
 */
@ApplicationScoped
public class StoredServers {

  private final EntityManager entityManager;

  /** The servers in the given database. */
  @Inject
  public StoredServers(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** All of them, by identifier. One query. */
  @Transactional
  public Map<String, ResourceServer> all() {
    return entityManager
        .createQuery("select s from ResourceServerEntity s", ResourceServerEntity.class)
        .getResultStream()
        .map(StoredServers::read)
        .collect(Collectors.toUnmodifiableMap(ResourceServer::id, server -> server));
  }

  static ResourceServer read(ResourceServerEntity row) {
    return new ResourceServer(
        row.id(),
        row.type(),
        row.connectionFactory(),
        row.clientId(),
        row.tokens(),
        row.approvals(),
        row.createdAt(),
        row.version());
  }
}
