package org.heliogate.authz.plan;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.Among;
import org.heliogate.authz.workflow.BootstrapContext;

/** The devices that were bootstrapped with a workflow. */
@ApplicationScoped
public class BootstrappedDevices {

  /** How many devices a page has. */
  static final int PAGE = 100;

  private final EntityManager entityManager;

  /** The devices in the given database. */
  @Inject
  public BootstrappedDevices(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** Whether there is one. */
  @Transactional
  public boolean any(String workflow) {
    return !entityManager
        .createQuery(
            "select c.clientId from ClientEntity c where c.workflow = :workflow"
                + " and c.masterId is not null",
            String.class)
        .setParameter("workflow", workflow)
        .setMaxResults(1)
        .getResultList()
        .isEmpty();
  }

  /**
   * What a script needs to know of each device of a page, in the order of their master IDs. Two
   * queries, and of the rows no more than that: nothing stays in the persistence context.
   *
   * @param after the last master ID of the page before, or the empty string
   * @param uris where devices reach each resource server
   * @return at most {@link #PAGE}; fewer on the last page only
   */
  @Transactional
  public List<BootstrapContext> page(String workflow, String after, Map<String, URI> uris) {
    // The bound is said twice, as PostgreSQL may merge the two tables and would begin at the start.
    List<Object[]> rows =
        entityManager
            .createQuery(
                "select d.masterId, d.attributes from DeviceEntity d where d.masterId > :after"
                    + " and exists (select c.clientId from ClientEntity c"
                    + " where c.masterId = d.masterId and c.workflow = :workflow"
                    + " and c.masterId > :after)"
                    + " order by d.masterId",
                Object[].class)
            .setParameter("after", after)
            .setParameter("workflow", workflow)
            .setMaxResults(PAGE)
            .getResultList();
    Map<String, Map<String, String>> clientIds =
        clientIds(workflow, rows.stream().map(row -> (String) row[0]).toList());
    return rows.stream()
        .map(
            row -> {
              String masterId = (String) row[0];
              return new BootstrapContext(
                  masterId,
                  DeviceEntity.attributes(masterId, (String) row[1]),
                  clientIds.getOrDefault(masterId, Map.of()),
                  uris);
            })
        .toList();
  }

  /** The identifiers of the workflow's clients by their names, by the devices' master IDs. */
  private Map<String, Map<String, String>> clientIds(String workflow, List<String> masterIds) {
    Map<String, Map<String, String>> clientIds = new HashMap<>();
    if (masterIds.isEmpty()) {
      return clientIds;
    }
    Among.set(
            entityManager.createQuery(
                "select c.masterId, c.name, c.clientId from ClientEntity c where "
                    + Among.condition("c.masterId", "ids", masterIds)
                    + " and c.workflow = :workflow",
                Object[].class),
            "ids",
            masterIds)
        .setParameter("workflow", workflow)
        .getResultStream()
        .forEach(
            row ->
                clientIds
                    .computeIfAbsent((String) row[0], id -> new HashMap<>())
                    .put((String) row[1], (String) row[2]));
    return clientIds;
  }
}
