package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
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
import org.heliogate.authz.ca.jpa.DeltaCrlEntity;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.RevokedCertificate;
import org.heliogate.hsm.ca.SignedCrl;

/**
 * The transactions of CRLs: the first gives a number and the entries to one signer, the second
 * publishes what it signed. A row lock and a short lease keep other nodes away in between.
 */
@ApplicationScoped
class CrlLedger {

  private static final Duration LEASE = Duration.ofSeconds(10);

  /** More changes than that make a delta pointless; it stays well below a column's length. */
  static final int MAX_CHANGES = 10_000;

  /** As much as one CRL adds to the one before, so that its transactions stay short. */
  private static final int MAX_NEW = 5_000;

  private static final List<CrlListing> CHANGED = List.of(CrlListing.PENDING, CrlListing.RELEASED);
  private static final int PART_BYTES = 256 * 1024;

  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Clock clock;

  @Inject
  CrlLedger(EntityManager entityManager, AuditTrail audit, Clock clock) {
    this.entityManager = entityManager;
    this.audit = audit;
    this.clock = clock;
  }

  /** What is published, by CA. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Map<String, Published> published() {
    Map<String, Published> deltas = deltas();
    return entityManager
        .createQuery("select c from CrlEntity c", CrlEntity.class)
        .getResultStream()
        .collect(
            Collectors.toMap(
                CrlEntity::issuerSki,
                crl -> {
                  Published delta = deltas.get(crl.issuerSki());
                  return new Published(
                      crl.number(), delta == null ? 0 : delta.delta(), crl.baseNumber());
                }));
  }

  private Map<String, Published> deltas() {
    return entityManager
        .createQuery(
            "select d.issuerSki, d.number, d.baseNumber from DeltaCrlEntity d", Object[].class)
        .getResultStream()
        .collect(
            Collectors.toMap(
                row -> (String) row[0], row -> new Published(0, (Long) row[1], (Long) row[2])));
  }

  /**
   * What is published by a CA.
   *
   * @param full number of the full CRL, 0 for none
   * @param delta number of the delta CRL, 0 for none
   * @param base number of the full CRL to which a delta is
   */
  record Published(long full, long delta, long base) {}

  /**
   * The CAs among these that need a new CRL.
   *
   * @param issuers by subject key identifier
   * @param withDelta those among them that have delta CRLs
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Set<String> due(Set<String> issuers, Set<String> withDelta) {
    Instant now = clock.instant();
    Set<String> due =
        new HashSet<>(
            entityManager
                .createQuery(
                    "select distinct c.issuerSki from CertificateEntity c"
                        + " where c.issuerSki in :issuers and c.listing in :changed",
                    String.class)
                .setParameter("issuers", issuers)
                .setParameter("changed", CHANGED)
                .getResultList());
    Map<String, Published> deltas = deltas();
    Set<String> upToDate =
        entityManager
            .createQuery("select c from CrlEntity c", CrlEntity.class)
            .getResultStream()
            .filter(crl -> !crl.rebaseDue(now))
            .filter(
                crl -> {
                  Published delta = deltas.get(crl.issuerSki());
                  return !withDelta.contains(crl.issuerSki())
                      || (delta != null && delta.base() == crl.baseNumber());
                })
            .map(CrlEntity::issuerSki)
            .collect(Collectors.toSet());
    issuers.stream().filter(ski -> !upToDate.contains(ski)).forEach(due::add);
    return due;
  }

  /** Makes the row of a CA that has none yet. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void introduce(String issuerSki) {
    if (entityManager.find(CrlEntity.class, issuerSki) == null) {
      entityManager.persist(new CrlEntity(issuerSki));
    }
  }

  /**
   * Takes the right to sign the next CRL.
   *
   * @param known number of the full CRL whose entries the caller has at hand, 0 for none; if it is
   *     the published one, and none made of all entries is due, the draft has the changes only
   * @return empty while another node has the right
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Optional<CrlDraft> claim(String issuerSki, long known) {
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
    mark(issuerSki, number);
    if (known != 0 && known == row.number() && row.baseNumber() != 0 && !row.rebaseDue(now)) {
      List<Listed> changes = changesSince(issuerSki, row.baseNumber());
      if (changes.size() <= MAX_CHANGES) {
        return Optional.of(changed(row, number, changes));
      }
    }
    return Optional.of(whole(row, number));
  }

  /**
   * Gives what has changed to the CRL of that number, the oldest first, and a bounded part of it.
   */
  private void mark(String issuerSki, long number) {
    Long last =
        entityManager
            .createQuery(
                "select c.id from CertificateEntity c where c.issuerSki = :issuer"
                    + " and c.listing in :changed order by c.id",
                Long.class)
            .setParameter("issuer", issuerSki)
            .setParameter("changed", CHANGED)
            .setFirstResult(MAX_NEW - 1)
            .setMaxResults(1)
            .getResultStream()
            .findFirst()
            .orElse(Long.MAX_VALUE);
    entityManager
        .createQuery(
            "update CertificateEntity c set c.listedNumber = :number"
                + " where c.issuerSki = :issuer and c.listing in :changed and c.id <= :last")
        .setParameter("number", number)
        .setParameter("issuer", issuerSki)
        .setParameter("changed", CHANGED)
        .setParameter("last", last)
        .executeUpdate();
  }

  /** What a CRL must say of a certificate. */
  private record Listed(CrlListing listing, RevokedCertificate entry) {

    static Listed of(Object[] row) {
      Instant revokedAt = (Instant) row[1];
      RevocationReason reason = (RevocationReason) row[2];
      return new Listed(
          (CrlListing) row[3],
          new RevokedCertificate(
              new BigInteger((String) row[0], 16),
              revokedAt == null ? Instant.EPOCH : revokedAt,
              reason == null ? RevocationReason.UNSPECIFIED : reason));
    }

    boolean is(CrlListing... any) {
      return Arrays.asList(any).contains(listing);
    }
  }

  private List<Listed> changesSince(String issuerSki, long base) {
    return entityManager
        .createQuery(
            "select c.serial, c.revokedAt, c.reason, c.listing from CertificateEntity c"
                + " where c.issuerSki = :issuer and c.listedNumber > :base order by c.id",
            Object[].class)
        .setParameter("issuer", issuerSki)
        .setParameter("base", base)
        .setMaxResults(MAX_CHANGES + 1)
        .getResultStream()
        .map(Listed::of)
        .toList();
  }

  private static CrlDraft changed(CrlEntity row, long number, List<Listed> changes) {
    return new CrlDraft(
        row.issuerSki(),
        number,
        row.baseNumber(),
        entries(changes, CrlListing.PENDING),
        serials(changes, CrlListing.RELEASED),
        entries(changes, CrlListing.PENDING, CrlListing.LISTED),
        serials(changes, CrlListing.RELEASED, CrlListing.NONE));
  }

  private static List<RevokedCertificate> entries(List<Listed> changes, CrlListing... any) {
    return changes.stream().filter(change -> change.is(any)).map(Listed::entry).toList();
  }

  private static List<BigInteger> serials(List<Listed> changes, CrlListing... any) {
    return entries(changes, any).stream().map(RevokedCertificate::serial).toList();
  }

  /** All entries but those that the base had after their certificates' end (RFC 5280 §3.3). */
  private CrlDraft whole(CrlEntity row, long number) {
    Instant base = row.baseThisUpdate();
    List<RevokedCertificate> all =
        entityManager
            .createQuery(
                "select c.serial, c.revokedAt, c.reason, c.listing from CertificateEntity c"
                    + " where c.issuerSki = :issuer and (c.listing = :pending"
                    + " or (c.listing = :listed and c.notAfter > :base)) order by c.id",
                Object[].class)
            .setParameter("issuer", row.issuerSki())
            .setParameter("pending", CrlListing.PENDING)
            .setParameter("listed", CrlListing.LISTED)
            .setParameter("base", base == null ? Instant.EPOCH : base)
            .getResultStream()
            .map(columns -> Listed.of(columns).entry())
            .toList();
    return new CrlDraft(row.issuerSki(), number, 0, all, List.of(), List.of(), List.of());
  }

  /**
   * Publishes what was signed. What was revoked, held or released meanwhile is for the next CRL.
   *
   * @param full the full CRL
   * @param delta the delta CRL, for a draft of changes
   * @param nextWhole when the next CRL made of all entries is due, for a draft of all
   * @param entries how many the full CRL has
   * @return false if another signer was given a later number meanwhile
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean publish(
      CrlDraft draft, SignedCrl full, Optional<SignedCrl> delta, Instant nextWhole, int entries) {
    CrlEntity row =
        entityManager.find(CrlEntity.class, draft.issuerSki(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null || row.lastNumber() != draft.number()) {
      return false;
    }
    store(row, draft.number(), full.thisUpdate(), full.nextUpdate(), full.der());
    if (draft.whole()) {
      row.rebase(nextWhole);
    }
    delta.ifPresent(
        signed ->
            entityManager.merge(
                new DeltaCrlEntity(
                    draft.issuerSki(),
                    draft.number(),
                    draft.base(),
                    signed.thisUpdate(),
                    signed.nextUpdate(),
                    signed.der())));
    settle(draft, CrlListing.PENDING, CrlListing.LISTED);
    settle(draft, CrlListing.RELEASED, CrlListing.NONE);
    audit.record(
        AuditEvent.success(
            "crl.publish",
            "system",
            draft.issuerSki(),
            Map.of("number", Long.toString(draft.number()), "entries", Integer.toString(entries))));
    return true;
  }

  /**
   * Gives the right to sign back, for any node to take; what was marked for the draft is marked
   * again then. Nothing is changed if another signer was given a later number meanwhile.
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void giveBack(CrlDraft draft) {
    CrlEntity row =
        entityManager.find(CrlEntity.class, draft.issuerSki(), LockModeType.PESSIMISTIC_WRITE);
    if (row != null && row.lastNumber() == draft.number()) {
      row.endLease();
    }
  }

  private void settle(CrlDraft draft, CrlListing from, CrlListing to) {
    entityManager
        .createQuery(
            "update CertificateEntity c set c.listing = :to where c.issuerSki = :issuer"
                + " and c.listing = :from and c.listedNumber = :number")
        .setParameter("to", to)
        .setParameter("from", from)
        .setParameter("issuer", draft.issuerSki())
        .setParameter("number", draft.number())
        .executeUpdate();
  }

  /** Takes over a CRL that was signed offline, unless the CA has one as new here. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void adopt(
      String issuerSki, long number, Instant thisUpdate, Instant nextUpdate, byte[] der) {
    CrlEntity row = entityManager.find(CrlEntity.class, issuerSki);
    if (row == null) {
      row = new CrlEntity(issuerSki);
      entityManager.persist(row);
    } else if (number <= row.lastNumber()) {
      return;
    }
    store(row, number, thisUpdate, nextUpdate, der);
    row.rebase(thisUpdate.plus(Duration.between(thisUpdate, nextUpdate).dividedBy(2)));
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

  /** Reads the published delta CRL of a CA. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Optional<PublishedCrl> readDelta(String issuerSki) {
    return Optional.ofNullable(entityManager.find(DeltaCrlEntity.class, issuerSki))
        .map(
            delta ->
                new PublishedCrl(
                    issuerSki,
                    delta.number(),
                    delta.thisUpdate(),
                    delta.nextUpdate(),
                    delta.content()));
  }
}
