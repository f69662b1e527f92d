package org.heliogate.authz.resource;

import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.NodeCache;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.jspecify.annotations.Nullable;

/**
 * The registered resources, each to be seen by its own server only. Those that tickets and tokens
 * are about are kept in memory, also that there is none of a name.
 */
@ApplicationScoped
public class RegisteredResources {

  /** About 64 MB at most, some 300,000 resources with short names. */
  private static final long MAX_WEIGHT = 32_000_000;

  private static final int OVERHEAD = 100;

  private final EntityManager entityManager;
  private final StoredResources stored;
  private final ChangeNotices notices;
  private final NodeCache<String, Optional<RegisteredResource>> known =
      new NodeCache<>(
          Caffeine.newBuilder()
              .maximumWeight(MAX_WEIGHT)
              .weigher(
                  (String key, Optional<RegisteredResource> one) ->
                      OVERHEAD + one.map(RegisteredResources::weight).orElse(0)));

  /** The resources in the given database. */
  @Inject
  public RegisteredResources(
      EntityManager entityManager, StoredResources stored, ChangeNotices notices) {
    this.entityManager = entityManager;
    this.stored = stored;
    this.notices = notices;
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

  /**
   * Those of a server's resources that have one of the identifiers or names, without what only
   * people read. One query for all that this node does not know; none for what it knows.
   */
  public List<RegisteredResource> find(
      String resourceServer, Collection<String> ids, Collection<String> names) {
    Map<String, String> idsByKey = byKey(resourceServer, "id", ids);
    Map<String, String> namesByKey = byKey(resourceServer, "name", names);
    Map<String, String> all = new LinkedHashMap<>(idsByKey);
    all.putAll(namesByKey);
    Map<String, RegisteredResource> found = new LinkedHashMap<>();
    known
        .getAll(all.keySet(), missing -> load(resourceServer, missing, idsByKey, namesByKey))
        .values()
        .forEach(one -> one.ifPresent(resource -> found.put(resource.id(), resource)));
    return List.copyOf(found.values());
  }

  /**
   * Tells all nodes that a resource was registered, changed or deleted, once the caller's
   * transaction is committed.
   *
   * @param names its name, and the one that it had before
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void changed(String resourceServer, String id, Set<String> names) {
    notices.publish(ChangeNotice.Kind.RESOURCE, key(resourceServer, "id", id));
    names.forEach(
        name -> notices.publish(ChangeNotice.Kind.RESOURCE, key(resourceServer, "name", name)));
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.RESOURCE) {
      known.forget(notice.subject());
    } else if (notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      known.forgetIf(one -> true);
    }
  }

  private Map<String, Optional<RegisteredResource>> load(
      String resourceServer,
      Set<String> missing,
      Map<String, String> idsByKey,
      Map<String, String> namesByKey) {
    Map<String, Optional<RegisteredResource>> loaded = new HashMap<>();
    missing.forEach(key -> loaded.put(key, Optional.empty()));
    stored.among(resourceServer, those(missing, idsByKey), those(missing, namesByKey)).stream()
        .map(RegisteredResources::brief)
        .forEach(
            resource -> {
              Optional<RegisteredResource> one = Optional.of(resource);
              loaded.replace(key(resourceServer, "id", resource.id()), one);
              loaded.replace(key(resourceServer, "name", resource.name()), one);
            });
    return loaded;
  }

  private static List<String> those(Set<String> keys, Map<String, String> byKey) {
    return byKey.entrySet().stream()
        .filter(one -> keys.contains(one.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static Map<String, String> byKey(
      String resourceServer, String kind, Collection<String> values) {
    return values.stream()
        .distinct()
        .collect(Collectors.toMap(value -> key(resourceServer, kind, value), value -> value));
  }

  /** Short whatever the name, as a notice's subject has to be. */
  private static String key(String resourceServer, String kind, String value) {
    return Digests.sha256(resourceServer + '\n' + kind + '\n' + value);
  }

  private static RegisteredResource brief(RegisteredResource all) {
    return new RegisteredResource(all.id(), all.name(), null, all.scopes(), null, null);
  }

  private static int weight(RegisteredResource resource) {
    return resource.name().length() + resource.scopes().stream().mapToInt(String::length).sum();
  }
}
