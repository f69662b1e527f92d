package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import org.heliogate.authz.resource.jpa.ResourceEntity;

/** The registered resources in the database, each to be seen by its own server only. */
@ApplicationScoped
public class RegisteredResources {

  private final EntityManager entityManager;

  /** The resources in the given database. */
  @Inject
  public RegisteredResources(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** Those of a server's resources that have one of the identifiers or names. One query. */
  @Transactional
  public List<RegisteredResource> find(
      String resourceServer, Collection<String> ids, Collection<String> names) {
    if (ids.isEmpty() && names.isEmpty()) {
      return List.of();
    }
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
