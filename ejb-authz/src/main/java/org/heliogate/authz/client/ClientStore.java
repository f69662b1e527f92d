package org.heliogate.authz.client;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.Among;
import org.jspecify.annotations.Nullable;

/** The clients in the database, with the devices that they run on: two queries, however many. */
@ApplicationScoped
public class ClientStore {

  private final EntityManager entityManager;

  /** The clients in the given database. */
  @Inject
  public ClientStore(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /** One client. */
  @Transactional
  public Optional<RegisteredClient> load(String clientId) {
    return loadAll(List.of(clientId)).values().stream().findFirst();
  }

  /** The version of a client; empty if there is none. */
  @Transactional
  public Optional<Long> version(String clientId) {
    return entityManager
        .createQuery("select c.version from ClientEntity c where c.clientId = :id", Long.class)
        .setParameter("id", clientId)
        .getResultStream()
        .findFirst();
  }

  /** Clients by identifier; those that do not exist are left out. */
  @Transactional
  public Map<String, RegisteredClient> loadAll(Collection<String> clientIds) {
    if (clientIds.isEmpty()) {
      return Map.of();
    }
    return withDevices(
        Among.set(
                entityManager.createQuery(
                    "select c from ClientEntity c left join fetch c.roles where "
                        + Among.condition("c.clientId", "ids", clientIds),
                    ClientEntity.class),
                "ids",
                clientIds)
            .getResultList());
  }

  /**
   * A page of clients in the order of their identifiers.
   *
   * @param after the last identifier of the page before, or the empty string
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<RegisteredClient> page(String after, int limit) {
    List<String> ids =
        entityManager
            .createQuery(
                "select c.clientId from ClientEntity c where c.clientId > :after"
                    + " order by c.clientId",
                String.class)
            .setParameter("after", after)
            .setMaxResults(limit)
            .getResultList();
    Map<String, RegisteredClient> found = loadAll(ids);
    return ids.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  private Map<String, RegisteredClient> withDevices(List<ClientEntity> clients) {
    List<String> masterIds =
        clients.stream().map(ClientEntity::masterId).filter(Objects::nonNull).distinct().toList();
    Map<String, Device> devices =
        masterIds.isEmpty()
            ? Map.of()
            : Among.set(
                    entityManager.createQuery(
                        "select d from DeviceEntity d left join fetch d.workflows where "
                            + Among.condition("d.masterId", "ids", masterIds),
                        DeviceEntity.class),
                    "ids",
                    masterIds)
                .getResultStream()
                .map(DeviceEntity::toDevice)
                .collect(Collectors.toMap(Device::masterId, Function.identity()));
    return clients.stream()
        .map(client -> client.toRegisteredClient(device(devices, client.masterId())))
        .collect(Collectors.toMap(RegisteredClient::clientId, Function.identity()));
  }

  private static @Nullable Device device(Map<String, Device> devices, @Nullable String masterId) {
    return masterId == null ? null : devices.get(masterId);
  }
}
