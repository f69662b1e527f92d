package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.CertificateProfile;

/**
 * The suspension of certificates (RFC 5280 §5.3.1, {@code certificateHold}) and its end. Whoever
 * changes a certificate's hold has its client's row locked, so that logins by certificate are given
 * and taken in the same order.
 */
@ApplicationScoped
public class CertificateHolds {

  private static final String SYSTEM = "system";

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Event<CertificateRevoked> withdrawn;
  private final Event<CertificateReleased> released;
  private final Clock clock;

  /** The holds in the given database. */
  @Inject
  public CertificateHolds(
      EntityManager entityManager,
      AuditTrail audit,
      Event<CertificateRevoked> withdrawn,
      Event<CertificateReleased> released,
      Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.withdrawn = withdrawn;
    this.released = released;
    this.clock = clock;
  }

  /**
   * Puts a certificate on hold: until its release it is refused like a revoked one. Doing it again
   * changes nothing, but that what the suspension of a device holds is then an operator's hold too,
   * which outlasts the suspension.
   *
   * @param actor who does it
   * @param serial the serial number, lower-case hex
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} for one that
   *     is revoked, expired, not signed yet, or a CA's
   */
  @Transactional
  public void hold(String actor, String serial) {
    CertificateEntity certificate = LockedCertificates.find(entityManager, serial);
    Instant now = clock.instant();
    if (certificate.status() == CertificateStatus.HELD) {
      if (certificate.heldBy() != HoldOrigin.OPERATOR) {
        certificate.keepHeld();
        record("certificate.hold", actor, certificate);
      }
      return;
    }
    refuseUnlessIssued(certificate);
    if (!certificate.notAfter().isAfter(now)) {
      throw new RequestException(ErrorCode.CONFLICT, "the certificate has expired");
    }
    hold(actor, certificate, HoldOrigin.OPERATOR, now);
  }

  /**
   * Releases a certificate, which is good again then. Releasing one that is not on hold changes
   * nothing.
   *
   * @param actor who does it
   * @param serial the serial number, lower-case hex
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} for one that
   *     is revoked, not signed yet, or a CA's, and while its device is suspended
   */
  @Transactional
  public void release(String actor, String serial) {
    CertificateEntity certificate = LockedCertificates.find(entityManager, serial);
    if (certificate.status() != CertificateStatus.HELD) {
      refuseUnlessIssued(certificate);
      return;
    }
    if (suspended(certificate)) {
      throw new RequestException(
          ErrorCode.CONFLICT, "the device is suspended; resume it, which releases the certificate");
    }
    release(actor, certificate, clock.instant());
  }

  /**
   * Holds every valid certificate of these clients because their device is suspended; one that is
   * being signed is given up. Within the caller's transaction, which has the clients' rows locked.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void holdAllOf(Collection<String> clientIds) {
    Instant now = clock.instant();
    for (CertificateEntity certificate : endingAfter(now, clientIds)) {
      if (certificate.status() == CertificateStatus.ISSUED) {
        hold(SYSTEM, certificate, HoldOrigin.SUSPENSION, now);
      } else if (certificate.status() == CertificateStatus.INTENT) {
        certificate.orphan(now);
        audit.record(
            AuditEvent.success(
                "certificate.orphan",
                SYSTEM,
                certificate.serial(),
                Map.of("profile", certificate.profile(), "username", certificate.username())));
        fireWithdrawn(certificate);
      }
    }
  }

  /**
   * Releases the certificates of these clients that are on hold only because their device was
   * suspended. Within the caller's transaction, which has the clients' rows locked.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void releaseAllOf(Collection<String> clientIds) {
    Instant now = clock.instant();
    // Also those that have expired meanwhile: a held one keeps its key from getting another.
    endingAfter(Instant.EPOCH, clientIds).stream()
        .filter(certificate -> certificate.heldBy() == HoldOrigin.SUSPENSION)
        .forEach(certificate -> release(SYSTEM, certificate, now));
  }

  private void hold(String actor, CertificateEntity certificate, HoldOrigin origin, Instant now) {
    certificate.hold(origin, now);
    record("certificate.hold", actor, certificate);
    fireWithdrawn(certificate);
  }

  private void release(String actor, CertificateEntity certificate, Instant now) {
    certificate.endHold(now);
    record("certificate.release", actor, certificate);
    released.fire(
        new CertificateReleased(
            certificate.serial(), certificate.clientId(), certificate.username()));
  }

  private void fireWithdrawn(CertificateEntity certificate) {
    withdrawn.fire(
        new CertificateRevoked(
            certificate.serial(), certificate.clientId(), certificate.username()));
  }

  private void record(String action, String actor, CertificateEntity certificate) {
    Map<String, String> details = new HashMap<>(Map.of("username", certificate.username()));
    HoldOrigin origin = certificate.heldBy();
    if (origin != null) {
      details.put("held_by", origin.name().toLowerCase(Locale.ROOT));
    }
    audit.record(AuditEvent.success(action, actor, certificate.serial(), details));
  }

  private static void refuseUnlessIssued(CertificateEntity certificate) {
    if (CertificateProfile.named(certificate.profile()).purpose()
        == CertificateProfile.Purpose.AUTHORITY) {
      throw new RequestException(
          ErrorCode.CONFLICT, "a CA is not withdrawn here but by a key ceremony");
    }
    if (certificate.status() != CertificateStatus.ISSUED) {
      throw new RequestException(
          ErrorCode.CONFLICT,
          "the certificate is " + certificate.status().name().toLowerCase(Locale.ROOT));
    }
  }

  private boolean suspended(CertificateEntity certificate) {
    String masterId = certificate.masterId();
    DeviceEntity device =
        masterId == null ? null : entityManager.find(DeviceEntity.class, masterId);
    return device != null && device.standing() == Standing.SUSPENDED;
  }

  /** Those that a suspension may have to change; also those that another request changes now. */
  private List<CertificateEntity> endingAfter(Instant instant, Collection<String> clientIds) {
    return clientIds.isEmpty()
        ? List.of()
        : entityManager
            .createQuery(
                "select c from CertificateEntity c where c.clientId in :clients"
                    + " and c.status in :live and c.notAfter > :instant order by c.id",
                CertificateEntity.class)
            .setParameter("clients", clientIds)
            .setParameter(
                "live",
                List.of(CertificateStatus.INTENT, CertificateStatus.ISSUED, CertificateStatus.HELD))
            .setParameter("instant", instant)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
  }
}
