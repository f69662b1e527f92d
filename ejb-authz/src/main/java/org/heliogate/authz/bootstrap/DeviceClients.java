package org.heliogate.authz.bootstrap;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import org.heliogate.authz.client.jpa.ClientEntity;

/** The clients of a device for a transaction that changes them. */
final class DeviceClients {

  private DeviceClients() {}

  /**
   * Locked in the order of their identifiers, so that no certificate is reserved for one of them
   * meanwhile: whoever reserves one has its client's row locked, too.
   */
  static List<ClientEntity> locked(EntityManager entityManager, String masterId) {
    return entityManager
        .createQuery(
            "select c from ClientEntity c where c.masterId = :masterId order by c.clientId",
            ClientEntity.class)
        .setParameter("masterId", masterId)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }
}
