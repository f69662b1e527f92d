package org.heliogate.authz.grant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heliogate.authz.grant.jpa.GrantEntity;
import org.heliogate.authz.platform.Among;
import org.jspecify.annotations.Nullable;

/** The operators' grants in the database. */
@ApplicationScoped
public class GrantStore {

  /** Hibernate keeps no second copy of what it reads so, to look for changes. */
  private static final String READ_ONLY = "org.hibernate.readOnly";

  private final EntityManager entityManager;

  /** The grants in the given database. */
  @Inject
  public GrantStore(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** All that was granted and refused to each of these clients itself. One query. */
  @Transactional
  public Map<String, List<Grant>> ofClients(Collection<String> clientIds) {
    return grouped("g.clientId", clientIds, Grant::client);
  }

  /** All that was granted and refused to each of these roles by operators. One query. */
  @Transactional
  public Map<String, List<Grant>> ofRoles(Collection<String> roles) {
    return grouped("g.role", roles, Grant::role);
  }

  /** Those of these grants that there are. One query. */
  @Transactional
  public List<Grant> find(Collection<String> ids) {
    return ids.isEmpty()
        ? List.of()
        : Among.set(
                entityManager.createQuery(
                    "select g from GrantEntity g where " + Among.condition("g.id", "ids", ids),
                    GrantEntity.class),
                "ids",
                ids)
            .setHint(READ_ONLY, true)
            .getResultStream()
            .map(GrantEntity::toGrant)
            .toList();
  }

  /** The grant of that identifier. */
  @Transactional
  public Optional<Grant> find(String id) {
    return Optional.ofNullable(entityManager.find(GrantEntity.class, id)).map(GrantEntity::toGrant);
  }

  /**
   * A page of grants in the order of their identifiers.
   *
   * @param client only this client's; null for any
   * @param role only this role's; null for any
   * @param resourceServer only those on this server; null for any
   * @param after the last identifier of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<Grant> page(
      @Nullable String client,
      @Nullable String role,
      @Nullable String resourceServer,
      String after,
      int limit) {
    TypedQuery<GrantEntity> query =
        entityManager
            .createQuery(
                "select g from GrantEntity g where g.id > :after"
                    + (client == null ? "" : " and g.clientId = :client")
                    + (role == null ? "" : " and g.role = :role")
                    + (resourceServer == null ? "" : " and g.resourceServer = :server")
                    + " order by g.id",
                GrantEntity.class)
            .setParameter("after", after)
            .setMaxResults(limit);
    if (client != null) {
      query.setParameter("client", client);
    }
    if (role != null) {
      query.setParameter("role", role);
    }
    if (resourceServer != null) {
      query.setParameter("server", resourceServer);
    }
    return query.getResultStream().map(GrantEntity::toGrant).toList();
  }

  private Map<String, List<Grant>> grouped(
      String holder, Collection<String> holders, Function<Grant, @Nullable String> key) {
    if (holders.isEmpty()) {
      return Map.of();
    }
    return Among.set(
            entityManager.createQuery(
                "select g from GrantEntity g where " + Among.condition(holder, "holders", holders),
                GrantEntity.class),
            "holders",
            holders)
        .setHint(READ_ONLY, true)
        .getResultStream()
        .map(GrantEntity::toGrant)
        .collect(Collectors.groupingBy(grant -> String.valueOf(key.apply(grant))));
  }
}
