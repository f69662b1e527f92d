package org.heliogate.authz.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.SecretSealer;

/** The PINs of secure elements, handed to nobody but the device itself (D3.4.2 §3.2, §4). */
@ApplicationScoped
public class DevicePins {

  /** How many times an hour a device may ask for its PIN once it is bootstrapped. */
  public static final int ANSWERS_AN_HOUR = 5;

  private static final Duration WINDOW = Duration.ofHours(1);

  private final EntityManager entityManager;
  private final SecretSealer sealer;
  private final Clock clock;

  /** The PINs in the given database. */
  @Inject
  public DevicePins(EntityManager entityManager, SecretSealer sealer, Clock clock) {
    this.entityManager = entityManager;
    this.sealer = sealer;
    this.clock = clock;
  }

  /** The context in which a device's PIN is sealed. */
  public static String context(String masterId) {
    return "pin " + masterId;
  }

  /** The PIN, if the maker gave one; the hourly allowance starts anew. */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<String> openAtBootstrap(String masterId) {
    entityManager
        .createNativeQuery("update device set pin_window = null where master_id = :id")
        .setParameter("id", masterId)
        .executeUpdate();
    return open(masterId);
  }

  private Optional<String> open(String masterId) {
    return Optional.ofNullable(entityManager.find(DeviceEntity.class, masterId))
        .map(DeviceEntity::pinSealed)
        .map(kept -> new String(sealer.open(kept, context(masterId)), UTF_8));
  }

  /**
   * The PIN, counted against the device's hourly allowance.
   *
   * @throws RequestException {@link ErrorCode#TOO_MANY_REQUESTS} when the allowance is used up
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<String> openCounted(String masterId) {
    Instant now = clock.instant();
    boolean counted =
        update(
                "update device set pin_window = :now, pin_answers = 1 where master_id = :id"
                    + " and (pin_window is null or pin_window <= :start)",
                masterId,
                now)
            || update(
                "update device set pin_answers = pin_answers + 1 where master_id = :id"
                    + " and pin_window > :start and pin_window <= :now and pin_answers < "
                    + ANSWERS_AN_HOUR,
                masterId,
                now);
    if (!counted) {
      throw new RequestException(
          ErrorCode.TOO_MANY_REQUESTS,
          "this device has asked for its PIN " + ANSWERS_AN_HOUR + " times within the hour",
          WINDOW);
    }
    return open(masterId);
  }

  private boolean update(String sql, String masterId, Instant now) {
    return entityManager
            .createNativeQuery(sql)
            .setParameter("now", now)
            .setParameter("start", now.minus(WINDOW))
            .setParameter("id", masterId)
            .executeUpdate()
        == 1;
  }
}
