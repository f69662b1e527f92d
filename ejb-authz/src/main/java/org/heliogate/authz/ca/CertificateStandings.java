package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.heliogate.authz.platform.Among;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ocsp.Standing;
import org.jspecify.annotations.Nullable;

/** What OCSP says of certificates, as the inventory has it. */
@ApplicationScoped
public class CertificateStandings {

  private final EntityManager entityManager;

  /** The standings in the given database. */
  @Inject
  public CertificateStandings(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  /**
   * The standings of certificates, in one query. A serial number whose certificate was never stored
   * is left out while it may still be signed, and revoked once it was given up, as on the CRL: the
   * signature may have left the HSM.
   *
   * @param serials serial numbers, lower-case hex
   * @return by serial number, without those that are not good or revoked
   */
  @Transactional
  public Map<String, CertificateStanding> find(Collection<String> serials) {
    return Among.set(
            entityManager.createQuery(
                "select c.serial, c.issuerSki, c.status, c.revokedAt, c.reason"
                    + " from CertificateEntity c where c.status <> :intent and "
                    + Among.condition("c.serial", "serials", serials),
                Object[].class),
            "serials",
            serials)
        .setParameter("intent", CertificateStatus.INTENT)
        .getResultStream()
        .collect(
            Collectors.toMap(
                row -> (String) row[0],
                row ->
                    new CertificateStanding(
                        (String) row[1],
                        standing(
                            (CertificateStatus) row[2],
                            (Instant) row[3],
                            (RevocationReason) row[4]))));
  }

  private static Standing standing(
      CertificateStatus status, @Nullable Instant revokedAt, @Nullable RevocationReason reason) {
    return status == CertificateStatus.ISSUED
        ? new Standing.Good()
        : new Standing.Revoked(Objects.requireNonNull(revokedAt), Objects.requireNonNull(reason));
  }
}
