package org.heliogate.authz.ca;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/** A certificate for a transaction that changes its standing. */
final class LockedCertificates {

  private LockedCertificates() {}

  /**
   * Locks its client's row, then its own, and reads it as it is then. By the client's lock those
   * who withdraw two certificates of one client at once see each other, so that the second one ends
   * the client's logins.
   *
   * @param serial the serial number, lower-case hex
   * @throws RequestException {@link ErrorCode#NOT_FOUND}
   */
  static CertificateEntity find(EntityManager entityManager, String serial) {
    CertificateEntity certificate =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.serial = :serial",
                CertificateEntity.class)
            .setParameter("serial", serial)
            .getResultStream()
            .findFirst()
            .orElseThrow(
                () -> new RequestException(ErrorCode.NOT_FOUND, "no certificate has this serial"));
    String clientId = certificate.clientId();
    if (clientId != null) {
      entityManager.find(ClientEntity.class, clientId, LockModeType.PESSIMISTIC_WRITE);
    }
    entityManager.refresh(certificate, LockModeType.PESSIMISTIC_WRITE);
    return certificate;
  }
}
