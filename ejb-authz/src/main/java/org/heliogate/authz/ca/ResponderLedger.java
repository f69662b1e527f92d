package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.hsm.ca.PreparedCertificate;

/** The transactions of issuance to the CA's own responders, as {@link IssuanceLedger}'s. */
@ApplicationScoped
class ResponderLedger {

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  ResponderLedger(EntityManager entityManager, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.clock = clock;
  }

  /** Stores the intent to sign. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void intend(PreparedCertificate prepared, String publicKeySha256) {
    entityManager.persist(
        new CertificateEntity(
            prepared.serial(),
            prepared.issuerSki(),
            prepared.profile().name(),
            prepared.holder().commonName(),
            publicKeySha256,
            prepared.notBefore(),
            prepared.notAfter(),
            clock.instant()));
  }

  /**
   * Stores the signed certificate.
   *
   * @return false if the intent was given up meanwhile; its serial is on the CRL then
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean complete(String serial, byte[] der) {
    CertificateEntity intent =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.serial = :serial",
                CertificateEntity.class)
            .setParameter("serial", serial)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getSingleResult();
    if (intent.status() != CertificateStatus.INTENT) {
      return false;
    }
    intent.issue(der);
    audit.record(
        AuditEvent.success(
            "certificate.issue",
            "system",
            serial,
            Map.of(
                "profile",
                intent.profile(),
                "username",
                intent.username(),
                "not_after",
                intent.notAfter().toString())));
    return true;
  }
}
