package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.jspecify.annotations.Nullable;

/** The registered resources in the database, each to be seen by its own server only. */
@ApplicationScoped
public class RegisteredResources {

  private final EntityManager entityManager;

  /** The resources in the given database. */
  @Inject
  public RegisteredResources(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * A resource and whose it is.
   *
   * @param resourceServer its server
   * @param resource the resource
   */
  public record OfServer(String resourceServer, RegisteredResource resource) {}

  /** The resource of that identifier, whosever it is. */
  @Transactional
  public Optional<OfServer> find(String id) {
    return Optional.ofNullable(entityManager.find(ResourceEntity.class, id))
        .map(RegisteredResources::read);
  }

  /**
   * A page of all servers' resources in the order of their identifiers.
   *
   * @param resourceServer only this server's; null for any
   * @param name only those of exactly this name; null for any
   * @param after the last identifier of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<OfServer> page(
      @Nullable String resourceServer, @Nullable String name, String after, int limit) {
    TypedQuery<ResourceEntity> query =
        entityManager
            .createQuery(
                "select r from ResourceEntity r where r.id > :after"
                    + (resourceServer == null ? "" : " and r.resourceServer = :server")
                    + (name == null ? "" : " and r.name = :name")
                    + " order by r.id",
                ResourceEntity.class)
            .setParameter("after", after)
            .setMaxResults(limit);
    if (resourceServer != null) {
      query.setParameter("server", resourceServer);
    }
    if (name != null) {
      query.setParameter("name", name);
    }
    return query.getResultStream().map(RegisteredResources::read).toList();
  }

  private static OfServer read(ResourceEntity row) {
    return new OfServer(row.resourceServer(), row.toRegisteredResource());
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
