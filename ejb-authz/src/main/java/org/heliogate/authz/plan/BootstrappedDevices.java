package org.heliogate.authz.plan;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.workflow.BootstrapContext;

/** The devices that were bootstrapped with a workflow. */
@ApplicationScoped
public class BootstrappedDevices {

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

  /** What a script needs to know of each, in the order of their master IDs. Two queries. */
  @Transactional
  public List<BootstrapContext> contexts(String workflow, Map<String, URI> uris) {
    Map<String, Map<String, String>> clientIds = new HashMap<>();
    entityManager
        .createQuery(
            "select c.masterId, c.name, c.clientId from ClientEntity c"
                + " where c.workflow = :workflow and c.masterId is not null",
            Object[].class)
        .setParameter("workflow", workflow)
        .getResultStream()
        .forEach(
            row ->
                clientIds
                    .computeIfAbsent((String) row[0], id -> new HashMap<>())
                    .put((String) row[1], (String) row[2]));
    List<BootstrapContext> contexts = new ArrayList<>();
    entityManager
        .createQuery(
            "select d from DeviceEntity d where exists (select c.clientId from ClientEntity c"
                + " where c.masterId = d.masterId and c.workflow = :workflow)"
                + " order by d.masterId",
            DeviceEntity.class)
        .setParameter("workflow", workflow)
        .getResultStream()
        .forEach(
            device ->
                contexts.add(
                    new BootstrapContext(
                        device.masterId(),
                        device.attributes(),
                        clientIds.getOrDefault(device.masterId(), Map.of()),
                        uris)));
    return contexts;
  }
}
