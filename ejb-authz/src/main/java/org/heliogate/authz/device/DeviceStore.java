package org.heliogate.authz.device;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.device.jpa.DeviceEntity;

/** The devices in the database, to be read. */
@ApplicationScoped
public class DeviceStore {

  private final EntityManager entityManager;

  /** The devices in the given database. */
  @Inject
  public DeviceStore(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** The device of that master ID. */
  @Transactional
  public Optional<Device> find(String masterId) {
    return Optional.ofNullable(entityManager.find(DeviceEntity.class, masterId))
        .map(DeviceEntity::toDevice);
  }

  /**
   * A page of devices in the order of their master IDs.
   *
   * @param after the last master ID of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<Device> page(String after, int limit) {
    List<String> ids =
        entityManager
            .createQuery(
                "select d.masterId from DeviceEntity d where d.masterId > :after"
                    + " order by d.masterId",
                String.class)
            .setParameter("after", after)
            .setMaxResults(limit)
            .getResultList();
    return ids.isEmpty()
        ? List.of()
        : entityManager
            .createQuery(
                "select distinct d from DeviceEntity d left join fetch d.workflows"
                    + " where d.masterId in :ids order by d.masterId",
                DeviceEntity.class)
            .setParameter("ids", ids)
            .getResultStream()
            .map(DeviceEntity::toDevice)
            .toList();
  }
}
