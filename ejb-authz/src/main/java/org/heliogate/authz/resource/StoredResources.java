package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.stream.Stream;
import org.heliogate.authz.platform.Among;
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

  /**
   * Those of a server's resources that have one of the identifiers or names, without any twice. A
   * query for each, as H2 would answer one with {@code or} by going through all of the server's.
   */
  @Transactional
  public List<RegisteredResource> among(
      String resourceServer, List<String> ids, List<String> names) {
    return Stream.concat(
            with("r.id", resourceServer, ids).stream(),
            with("r.name", resourceServer, names).stream())
        .distinct()
        .map(ResourceEntity::toRegisteredResource)
        .toList();
  }

  private List<ResourceEntity> with(String path, String resourceServer, List<String> values) {
    return values.isEmpty()
        ? List.of()
        : Among.set(
                entityManager.createQuery(
                    "select r from ResourceEntity r where r.resourceServer = :server and "
                        + Among.condition(path, "values", values),
                    ResourceEntity.class),
                "values",
                values)
            .setParameter("server", resourceServer)
            .getResultList();
  }
}
