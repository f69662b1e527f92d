package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.platform.Among;
import org.heliogate.authz.platform.HsmCalls;
import org.heliogate.hsm.ca.Pem;
import org.jspecify.annotations.Nullable;

/** The certificates that there are, for reading. */
@ApplicationScoped
public class CertificateInventory {

  /** The most certificates on a page. */
  public static final int MAX_LIMIT = 1000;

  /** Sorts after every hexadecimal digit. */
  private static final char AFTER_HEX = 'g';

  private final Authorities authorities;
  private final EntityManager entityManager;
  private final Clock clock;

  /** The inventory in the given database. */
  @Inject
  public CertificateInventory(Authorities authorities, EntityManager entityManager, Clock clock) {
    this.authorities = authorities;
    this.entityManager = entityManager;
    this.clock = clock;
  }

  /**
   * The certificates of the issuing CA and the root, PEM.
   *
   * @throws org.heliogate.authz.error.RequestException if the token was never reached
   */
  public String caCertificatesPem() {
    return HsmCalls.call(authorities::pem);
  }

  /**
   * The certificate of a CA, DER.
   *
   * @param ski its subject key identifier, lower-case hex
   * @throws org.heliogate.authz.error.RequestException if the token was never reached
   */
  public Optional<byte[]> caCertificate(String ski) {
    return HsmCalls.call(() -> authorities.certificate(ski).map(CertificateInventory::encoded));
  }

  /** The certificate of that serial number, lower-case hex. */
  @Transactional
  public Optional<CertificateRecord> find(String serial) {
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.serial = :serial", CertificateEntity.class)
        .setParameter("serial", serial)
        .getResultStream()
        .findFirst()
        .map(CertificateInventory::read);
  }

  /** What is known of exactly this certificate; empty if this CA has not made it. */
  @Transactional
  public Optional<CertificateRecord> find(X509Certificate certificate) {
    byte[] shown = encoded(certificate);
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.serial = :serial", CertificateEntity.class)
        .setParameter("serial", certificate.getSerialNumber().toString(16))
        .getResultStream()
        .filter(row -> Arrays.equals(row.der(), shown))
        .findFirst()
        .map(CertificateInventory::read);
  }

  /** How many certificates of a client have that status and are not expired. */
  @Transactional
  public long count(String clientId, CertificateStatus status) {
    return entityManager
        .createQuery(
            "select count(c) from CertificateEntity c where c.clientId = :client"
                + " and c.status = :status and c.notAfter > :now",
            Long.class)
        .setParameter("client", clientId)
        .setParameter("status", status)
        .setParameter("now", clock.instant())
        .getSingleResult();
  }

  /** Those of these clients that have a certificate of that status that is not expired. */
  @Transactional
  public Set<String> holders(Collection<String> clientIds, CertificateStatus status) {
    return clientIds.isEmpty()
        ? Set.of()
        : Among.set(
                entityManager.createQuery(
                    "select distinct c.clientId from CertificateEntity c"
                        + " where c.status = :status and c.notAfter > :now and "
                        + Among.condition("c.clientId", "clients", clientIds),
                    String.class),
                "clients",
                clientIds)
            .setParameter("status", status)
            .setParameter("now", clock.instant())
            .getResultStream()
            .collect(Collectors.toSet());
  }

  /** The certificate of that serial number, PEM; empty if there is none or it was never stored. */
  @Transactional
  public Optional<String> pem(String serial) {
    return entityManager
        .createQuery(
            "select c.der from CertificateEntity c where c.serial = :serial and c.der is not null",
            byte[].class)
        .setParameter("serial", serial)
        .getResultStream()
        .findFirst()
        .map(der -> Pem.of("CERTIFICATE", der));
  }

  /**
   * A page of certificates, the newest first.
   *
   * @param filter which
   * @param before only those with a lower {@link CertificateRecord#id()}; {@link Long#MAX_VALUE}
   *     for the newest
   * @param limit 1 to 1,000
   */
  @Transactional
  public List<CertificateRecord> page(CertificateFilter filter, long before, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " certificates");
    }
    Conditions conditions = new Conditions();
    conditions.add("c.id < :before", "before", before);
    conditions.add("c.username = :username", "username", filter.commonName());
    conditions.add("c.clientId = :client", "client", filter.clientId());
    conditions.add("c.masterId = :device", "device", filter.masterId());
    conditions.add("c.profile = :profile", "profile", filter.profile());
    conditions.add("c.issuerSki = :issuer", "issuer", filter.issuerSki());
    conditions.add("c.status = :status", "status", filter.status());
    conditions.add("c.notAfter >= :from", "from", filter.expiresAfter());
    conditions.add("c.notAfter < :until", "until", filter.expiresBefore());
    if (filter.serial() != null) {
      // A range instead of a pattern, which indexes serve in every collation.
      conditions.add("c.serial >= :first", "first", filter.serial());
      conditions.add("c.serial < :last", "last", filter.serial() + AFTER_HEX);
    }
    TypedQuery<CertificateEntity> query =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where "
                    + String.join(" and ", conditions.texts)
                    + " order by c.id desc",
                CertificateEntity.class)
            .setMaxResults(limit);
    conditions.values.forEach(query::setParameter);
    return query.getResultStream().map(CertificateInventory::read).toList();
  }

  /** The conditions of a query that were really set. */
  private static final class Conditions {

    private final List<String> texts = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();

    void add(String text, String parameter, @Nullable Object value) {
      if (value != null) {
        texts.add(text);
        values.put(parameter, value);
      }
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be encoded", e);
    }
  }

  private static CertificateRecord read(CertificateEntity row) {
    return new CertificateRecord(
        row.id(),
        row.serial(),
        row.issuerSki(),
        row.profile(),
        row.profileVersion(),
        row.username(),
        row.clientId(),
        row.masterId(),
        row.status(),
        row.notBefore(),
        row.notAfter(),
        row.revokedAt(),
        RevocationReasons.nameOf(row.reason()),
        row.heldBy(),
        row.holds(),
        row.createdAt());
  }
}
