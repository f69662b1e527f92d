package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CrlEntity;
import org.heliogate.authz.ca.jpa.CrlPartEntity;
import org.heliogate.authz.ca.jpa.CrlPartKey;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.RevokedCertificate;
import org.heliogate.hsm.ca.SignedCrl;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of CRLs: the first gives a number and the entries to one signer, the second
 * publishes what it signed. A row lock and a short lease keep other nodes away in between.
 */
@ApplicationScoped
class CrlLedger {

  private static final Duration LEASE = Duration.ofSeconds(10);

  /** Entries stay for a while after the certificate's end (RFC 5280 §3.3). */
  private static final Duration AFTERLIFE = Duration.ofDays(1);

  private static final int PART_BYTES = 256 * 1024;
  private static final int SERIALS = 500;

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  CrlLedger(EntityManager entityManager, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.clock = clock;
  }

  /** The numbers of the published CRLs by CA. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Map<String, Long> published() {
    return entityManager
        .createQuery("select c from CrlEntity c", CrlEntity.class)
        .getResultStream()
        .collect(Collectors.toMap(CrlEntity::issuerSki, CrlEntity::number));
  }

  /** The CAs among these that need a new CRL. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Set<String> due(Set<String> issuers) {
    Instant now = clock.instant();
    Set<String> due =
        new HashSet<>(
            entityManager
                .createQuery(
                    "select distinct c.issuerSki from CertificateEntity c"
                        + " where c.issuerSki in :issuers and c.listing in :changed"
                        + " and c.notAfter > :after",
                    String.class)
                .setParameter("issuers", issuers)
                .setParameter("after", now.minus(AFTERLIFE))
                .setParameter("changed", List.of(CrlListing.PENDING, CrlListing.RELEASED))
                .getResultList());
    Set<String> young =
        entityManager
            .createQuery("select c from CrlEntity c", CrlEntity.class)
            .getResultStream()
            .filter(crl -> !crl.aged(now))
            .map(CrlEntity::issuerSki)
            .collect(Collectors.toSet());
    issuers.stream().filter(ski -> !young.contains(ski)).forEach(due::add);
    return due;
  }

  /** Makes the row of a CA that has none yet. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void introduce(String issuerSki) {
    if (entityManager.find(CrlEntity.class, issuerSki) == null) {
      entityManager.persist(new CrlEntity(issuerSki));
    }
  }

  /** Takes the right to sign the next CRL; empty while another node has it. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Optional<CrlDraft> claim(String issuerSki) {
    Instant now = clock.instant();
    boolean locked =
        !entityManager
            .createNativeQuery(
                "select issuer_ski from crl where issuer_ski = ?1 for update skip locked",
                String.class)
            .setParameter(1, issuerSki)
            .getResultList()
            .isEmpty();
    CrlEntity row = locked ? entityManager.find(CrlEntity.class, issuerSki) : null;
    if (row == null || row.leased(now)) {
      return Optional.empty();
    }
    long number = row.claim(now.plus(LEASE));
    return Optional.of(
        new CrlDraft(issuerSki, number, revoked(issuerSki, now), released(issuerSki)));
  }

  private List<String> released(String issuerSki) {
    return entityManager
        .createQuery(
            "select c.serial from CertificateEntity c"
                + " where c.issuerSki = :issuer and c.listing = :released",
            String.class)
        .setParameter("issuer", issuerSki)
        .setParameter("released", CrlListing.RELEASED)
        .getResultList();
  }

  private List<RevokedCertificate> revoked(String issuerSki, Instant now) {
    return entityManager
        .createQuery(
            "select c.serial, c.revokedAt, c.reason from CertificateEntity c"
                + " where c.issuerSki = :issuer and c.listing in :listed"
                + " and c.notAfter > :after order by c.id",
            Object[].class)
        .setParameter("issuer", issuerSki)
        .setParameter("listed", List.of(CrlListing.PENDING, CrlListing.LISTED))
        .setParameter("after", now.minus(AFTERLIFE))
        .getResultStream()
        .map(
            row ->
                new RevokedCertificate(
                    new BigInteger((String) row[0], 16),
                    (Instant) row[1],
                    (RevocationReason) row[2]))
        .toList();
  }

  /**
   * Publishes a signed CRL.
   *
   * @return false if another signer was given a later number meanwhile
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean publish(CrlDraft draft, SignedCrl signed) {
    CrlEntity row =
        entityManager.find(CrlEntity.class, draft.issuerSki(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null || row.lastNumber() != draft.number()) {
      return false;
    }
    store(row, draft.number(), signed.thisUpdate(), signed.nextUpdate(), signed.der());
    // What changed its reason, or was held or released, while the HSM signed is for the next CRL.
    draft.revoked().stream()
        .collect(
            Collectors.groupingBy(
                RevokedCertificate::reason,
                Collectors.mapping(entry -> entry.serial().toString(16), Collectors.toList())))
        .forEach((reason, serials) -> move(serials, CrlListing.PENDING, CrlListing.LISTED, reason));
    move(draft.released(), CrlListing.RELEASED, CrlListing.NONE, null);
    audit.record(
        AuditEvent.success(
            "crl.publish",
            "system",
            draft.issuerSki(),
            Map.of(
                "number",
                Long.toString(draft.number()),
                "entries",
                Integer.toString(draft.revoked().size()))));
    return true;
  }

  private void move(
      List<String> serials, CrlListing from, CrlListing to, @Nullable RevocationReason reason) {
    for (int start = 0; start < serials.size(); start += SERIALS) {
      Query update =
          entityManager
              .createQuery(
                  "update CertificateEntity c set c.listing = :to"
                      + " where c.serial in :serials and c.listing = :from"
                      + (reason == null ? "" : " and c.reason = :reason"))
              .setParameter("to", to)
              .setParameter("from", from)
              .setParameter(
                  "serials", serials.subList(start, Math.min(start + SERIALS, serials.size())));
      if (reason != null) {
        update.setParameter("reason", reason);
      }
      update.executeUpdate();
    }
  }

  /** Takes over a CRL that was signed offline, unless the CA has one here. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void adopt(
      String issuerSki, long number, Instant thisUpdate, Instant nextUpdate, byte[] der) {
    if (entityManager.find(CrlEntity.class, issuerSki) == null) {
      CrlEntity row = new CrlEntity(issuerSki);
      entityManager.persist(row);
      store(row, number, thisUpdate, nextUpdate, der);
    }
  }

  private void store(
      CrlEntity row, long number, Instant thisUpdate, Instant nextUpdate, byte[] der) {
    long previous = row.number();
    row.publish(number, thisUpdate, nextUpdate);
    entityManager.flush();
    for (int from = 0, position = 0; from < der.length; from += PART_BYTES, position++) {
      entityManager.persist(
          new CrlPartEntity(
              new CrlPartKey(row.issuerSki(), number, position),
              Arrays.copyOfRange(der, from, Math.min(from + PART_BYTES, der.length))));
    }
    entityManager
        .createQuery(
            "delete from CrlPartEntity p where p.key.issuerSki = :issuer"
                + " and p.key.number < :previous")
        .setParameter("issuer", row.issuerSki())
        .setParameter("previous", previous)
        .executeUpdate();
  }

  /** Reads the published CRL of a CA. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Optional<PublishedCrl> read(String issuerSki) {
    CrlEntity row = entityManager.find(CrlEntity.class, issuerSki);
    if (row == null) {
      return Optional.empty();
    }
    Instant thisUpdate = row.thisUpdate();
    Instant nextUpdate = row.nextUpdate();
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    entityManager
        .createQuery(
            "select p from CrlPartEntity p where p.key.issuerSki = :issuer"
                + " and p.key.number = :number order by p.key.position",
            CrlPartEntity.class)
        .setParameter("issuer", issuerSki)
        .setParameter("number", row.number())
        .getResultStream()
        .map(CrlPartEntity::content)
        .forEach(der::writeBytes);
    return thisUpdate == null || nextUpdate == null || der.size() == 0
        ? Optional.empty()
        : Optional.of(
            new PublishedCrl(issuerSki, row.number(), thisUpdate, nextUpdate, der.toByteArray()));
  }
}
