package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.heliogate.authz.token.Caller;

/**
 * Searches of a resource server among its own resources, which UMA does not have and Keycloak's
 * client needs. The index over server and name serves them: it finds an exact name, and bounds
 * everything else to the rows of one server.
 */
@ApplicationScoped
public class ResourceSearches {

  private final EntityManager entityManager;
  private final ResourceServers servers;

  /** Searches in the given database. */
  @Inject
  public ResourceSearches(EntityManager entityManager, ResourceServers servers) {
    this.entityManager = entityManager;
    this.servers = servers;
  }

  /** The identifiers of the matches, in the order of their names. */
  @Transactional
  public List<String> ids(Caller caller, ResourceSearch search) {
    TypedQuery<String> query = query("r.id", String.class, caller, search);
    if (search.max() != null) {
      query.setMaxResults(search.max());
    }
    return query.getResultList();
  }

  /**
   * The matches, in the order of their names.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if no {@code max} is given and more
   *     than {@link ResourceSearch#MOST} match
   */
  @Transactional
  public List<DescribedResource> resources(Caller caller, ResourceSearch search) {
    Integer max = search.max();
    List<ResourceEntity> rows =
        query("r", ResourceEntity.class, caller, search)
            .setMaxResults(max == null ? ResourceSearch.MOST + 1 : max)
            .getResultList();
    if (rows.size() > ResourceSearch.MOST) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST,
          "more than " + ResourceSearch.MOST + " resources match; page with first and max");
    }
    return rows.stream().map(DescribedResource::of).toList();
  }

  private <T> TypedQuery<T> query(
      String what, Class<T> type, Caller caller, ResourceSearch search) {
    StringBuilder text = new StringBuilder("select " + what + " from ResourceEntity r");
    text.append(" where r.resourceServer = :server");
    Map<String, Object> values = new HashMap<>();
    values.put("server", CallingServer.of(servers, caller).id());
    if (search.id() != null) {
      text.append(" and r.id = :id");
      values.put("id", search.id());
    }
    if (search.name() != null) {
      text.append(search.exactName() ? " and r.name = :name" : " and locate(:name, r.name) > 0");
      values.put("name", search.name());
    }
    if (search.type() != null) {
      text.append(" and r.type = :type");
      values.put("type", search.type());
    }
    if (search.scope() != null) {
      text.append(" and locate(:scope, concat(' ', r.scopes, ' ')) > 0");
      values.put("scope", ' ' + search.scope() + ' ');
    }
    TypedQuery<T> query =
        entityManager.createQuery(text + " order by r.name", type).setFirstResult(search.first());
    values.forEach(query::setParameter);
    return query;
  }
}
