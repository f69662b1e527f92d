package org.heliogate.authz.grant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.heliogate.authz.platform.Among;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.jpa.ResourceEntity;
import org.heliogate.authz.workflow.ExpandedGrant;
import org.heliogate.authz.workflow.RoleGrant;

/**
 * The registrar of resources that grants name, so that UMA knows them as their server's own (D3.4.2
 * §2). A resource's identifier follows from its server and name, so that registering it twice is
 * the same as once.
 */
@ApplicationScoped
public class ResourceRegistrar {

  private final EntityManager entityManager;
  private final RegisteredResources registered;

  /** A registrar for the given database. */
  @Inject
  public ResourceRegistrar(EntityManager entityManager, RegisteredResources registered) {
    this.entityManager = entityManager;
    this.registered = registered;
  }

  /** The identifier that a resource gets unless its server has registered it itself. */
  public static String id(String resourceServer, String name) {
    return UUID.nameUUIDFromBytes((resourceServer + '\n' + name).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** Registers the resources of grants that are the same for every client. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void registerPlain(Collection<RoleGrant> grants) {
    registerAll(
        grants.stream()
            .filter(grant -> grant.resource().variables().isEmpty())
            .map(
                grant -> new Named(grant.resourceServer(), grant.resource().text(), grant.scopes()))
            .toList());
  }

  /** Registers the resources of one client's grants. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void register(Collection<ExpandedGrant> grants) {
    registerAll(
        grants.stream()
            .map(
                grant ->
                    new Named(grant.resourceServer(), grant.resource().value(), grant.scopes()))
            .toList());
  }

  private record Named(String resourceServer, String name, Set<String> scopes) {}

  /**
   * Two queries, however many; H2 would answer a single one with {@code or} by going through all
   * resources. A resource keeps the identifier that it has.
   */
  private void registerAll(Collection<Named> resources) {
    if (resources.isEmpty()) {
      return;
    }
    Map<String, ResourceEntity> byKey = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (ResourceEntity row : rows(resources)) {
      byKey.put(id(row.resourceServer(), row.name()), row);
      taken.add(row.id());
    }
    for (Named resource : resources) {
      String key = id(resource.resourceServer, resource.name);
      ResourceEntity row = byKey.get(key);
      if (row == null) {
        // The identifier may be that of a resource which its server has renamed since.
        String id = taken.contains(key) ? UUID.randomUUID().toString() : key;
        row = new ResourceEntity(id, resource.resourceServer, resource.name, resource.scopes);
        entityManager.persist(row);
        byKey.put(key, row);
        tell(row);
      } else if (row.addScopes(resource.scopes)) {
        tell(row);
      }
    }
  }

  /** Those that bear a name or have its identifier; some twice. */
  private List<ResourceEntity> rows(Collection<Named> resources) {
    List<String> ids = resources.stream().map(one -> id(one.resourceServer, one.name)).toList();
    List<String> names = resources.stream().map(Named::name).distinct().toList();
    List<String> servers = resources.stream().map(Named::resourceServer).distinct().toList();
    List<ResourceEntity> rows =
        new ArrayList<>(
            Among.set(
                    entityManager.createQuery(
                        "select r from ResourceEntity r where "
                            + Among.condition("r.id", "ids", ids),
                        ResourceEntity.class),
                    "ids",
                    ids)
                .getResultList());
    TypedQuery<ResourceEntity> named =
        entityManager.createQuery(
            "select r from ResourceEntity r where "
                + Among.condition("r.resourceServer", "servers", servers)
                + " and "
                + Among.condition("r.name", "names", names),
            ResourceEntity.class);
    rows.addAll(Among.set(Among.set(named, "servers", servers), "names", names).getResultList());
    return rows;
  }

  private void tell(ResourceEntity row) {
    registered.changed(row.resourceServer(), row.id(), Set.of(row.name()));
  }
}
