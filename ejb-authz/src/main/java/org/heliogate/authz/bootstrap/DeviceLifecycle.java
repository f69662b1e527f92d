package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.CertificateHolds;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** What an operator may do with a device, and what becomes of its clients then. */
@ApplicationScoped
public class DeviceLifecycle {

  private final EntityManager entityManager;
  private final CredentialRevocation credentials;
  private final CertificateHolds holds;
  private final Projections projections;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  /** The life of the devices in the given database. */
  @Inject
  public DeviceLifecycle(
      EntityManager entityManager,
      CredentialRevocation credentials,
      CertificateHolds holds,
      Projections projections,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.credentials = credentials;
    this.holds = holds;
    this.projections = projections;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /** What an operator may do with a device. */
  public enum Action {
    /** Allows one more bootstrap; what the device holds stays valid until that succeeds. */
    REARM,
    /** Keeps it out until it is resumed; its sessions end, its certificates are on hold. */
    SUSPEND,
    /** Lets a suspended device in again. */
    RESUME,
    /** Ends it for good because its secrets are no longer trusted. */
    REVOKE,
    /** Ends it for good because it was taken out of service. */
    RETIRE
  }

  /**
   * Does it, for whoever repeats it once more without effect.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} if the
   *     device's state does not allow it; {@link ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public Device apply(
      String actor, String masterId, Action action, @Nullable Long expectedVersion) {
    DeviceEntity device =
        entityManager.find(DeviceEntity.class, masterId, LockModeType.PESSIMISTIC_WRITE);
    if (device == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no device '" + masterId + "'");
    }
    if (expectedVersion != null && device.version() != expectedVersion) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED, "the device was changed since it was read");
    }
    Instant now = clock.instant();
    List<ClientEntity> clients = DeviceClients.locked(entityManager, masterId);
    List<String> clientIds = clients.stream().map(ClientEntity::clientId).toList();
    switch (action) {
      case REARM -> rearm(device, now);
      case SUSPEND -> {
        move(device, Standing.SUSPENDED, List.of(Standing.ACTIVE), now);
        holds.holdAllOf(clientIds);
      }
      case RESUME -> {
        move(device, Standing.ACTIVE, List.of(Standing.SUSPENDED), now);
        holds.releaseAllOf(clientIds);
      }
      case REVOKE -> {
        move(device, Standing.REVOKED, List.of(Standing.ACTIVE, Standing.SUSPENDED), now);
        end(clients, RevocationReason.KEY_COMPROMISE, now);
      }
      case RETIRE -> {
        move(device, Standing.RETIRED, List.of(Standing.ACTIVE, Standing.SUSPENDED), now);
        end(clients, RevocationReason.CESSATION_OF_OPERATION, now);
      }
    }
    projections.raiseOfClients(clientIds);
    clientIds.forEach(clientId -> notices.publish(ChangeNotice.Kind.CLIENT, clientId));
    audit.record(
        AuditEvent.success(
            "device." + action.name().toLowerCase(Locale.ROOT), actor, masterId, Map.of()));
    entityManager.flush();
    return device.toDevice();
  }

  private void rearm(DeviceEntity device, Instant now) {
    if (device.standing() != Standing.ACTIVE) {
      throw new RequestException(
          ErrorCode.CONFLICT, "only an active device can be re-armed; resume it first");
    }
    if (device.onboarding() == Onboarding.CONFIRMED) {
      device.setOnboarding(Onboarding.REARMED, now);
    }
    entityManager
        .createNativeQuery("update device set otp_unbounded = true where master_id = :id")
        .setParameter("id", device.masterId())
        .executeUpdate();
  }

  private static void move(
      DeviceEntity device, Standing target, List<Standing> allowed, Instant now) {
    if (device.standing() == target) {
      return;
    }
    if (!allowed.contains(device.standing())) {
      throw new RequestException(
          ErrorCode.CONFLICT, "the device is " + device.standing().name().toLowerCase(Locale.ROOT));
    }
    device.setStanding(target, now);
  }

  private void end(List<ClientEntity> clients, RevocationReason reason, Instant now) {
    credentials.revoke(clients, reason, now);
    clients.forEach(client -> client.revoke(now));
  }
}
