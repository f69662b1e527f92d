package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import org.heliogate.authz.resource.jpa.ResourceEntity;

/** The resources as they are stored; a bean of its own, so that memory needs no transaction. */
@ApplicationScoped
public class StoredResources {

  private final EntityManager entityManager;

  /** The resources in the given database. */
  @Inject
  public StoredResources(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** Those of a server's resources that have one of the identifiers or names. One query. */
  @Transactional
  public List<RegisteredResource> among(
      String resourceServer, List<String> ids, List<String> names) {
    return entityManager
        .createQuery(
            "select r from ResourceEntity r where r.resourceServer = :server"
                + " and (r.id in :ids or r.name in :names)",
            ResourceEntity.class)
        .setParameter("server", resourceServer)
        .setParameter("ids", ids)
        .setParameter("names", names)
        .getResultStream()
        .map(ResourceEntity::toRegisteredResource)
        .toList();
  }
}
