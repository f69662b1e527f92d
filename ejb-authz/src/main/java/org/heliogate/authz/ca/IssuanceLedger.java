package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.platform.Among;
import org.heliogate.hsm.ca.PreparedCertificate;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of issuance. The first stores serials and intents, the second the certificates;
 * between them the HSM signs and nothing is held. A client's row is locked for the first, so that
 * its revocation either finds the intent or prevents it. One transaction may have steps of several
 * issuances.
 */
@ApplicationScoped
class IssuanceLedger {

  /** After that long nobody is still signing; whoever did has died. */
  private static final Duration SIGNING = Duration.ofSeconds(5);

  private static final int BATCH = 500;

  private final Authorities authorities;
  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Event<CertificateRevoked> revoked;
  private final Clock clock;

  @Inject
  IssuanceLedger(
      Authorities authorities,
      EntityManager entityManager,
      AuditTrail audit,
      Event<CertificateRevoked> revoked,
      Clock clock) {
    this.authorities = authorities;
    this.entityManager = entityManager;
    this.audit = audit;
    this.revoked = revoked;
    this.clock = clock;
  }

  /**
   * Takes steps of different issuances: stores intents to sign, except where there is no need or
   * right to, and signed certificates, except where the intent was revoked or given up meanwhile.
   *
   * @return what came of each, in their order
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
    // Clients are locked before certificates, as by everybody else.
    Map<IssuanceStep, IssuanceOutcome> outcomes = new IdentityHashMap<>();
    reserve(only(SigningIntent.class, steps), outcomes);
    complete(only(SignedIntent.class, steps), outcomes);
    return steps.stream().map(outcomes::get).toList();
  }

  /**
   * Those of these public keys of which a certificate was revoked because the key is not secret any
   * more, whoever's it was.
   *
   * @param publicKeys their SHA-256, at least one
   */
  @Transactional
  public Set<String> compromised(Set<String> publicKeys) {
    return Among.set(
            entityManager.createQuery(
                "select distinct c.publicKeySha256 from CertificateEntity c where "
                    + Among.condition("c.publicKeySha256", "keys", publicKeys)
                    + " and c.status = :revoked and c.reason = :compromise",
                String.class),
            "keys",
            publicKeys)
        .setParameter("revoked", CertificateStatus.REVOKED)
        .setParameter("compromise", RevocationReason.KEY_COMPROMISE)
        .getResultStream()
        .collect(Collectors.toSet());
  }

  private static <T extends IssuanceStep> List<T> only(Class<T> kind, List<IssuanceStep> steps) {
    return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void reserve(List<SigningIntent> intents, Map<IssuanceStep, IssuanceOutcome> outcomes) {
    if (intents.isEmpty()) {
      return;
    }
    Map<String, ClientEntity> clients = clients(intents);
    Set<String> devices = activeDevices(clients.values());
    Map<String, CertificateEntity> live = live(intents);
    Set<String> compromised =
        compromised(distinct(intents, order -> order.request().publicKeySha256()));
    Instant now = clock.instant();
    List<CertificateEntity> granted = new ArrayList<>();
    for (SigningIntent intent : intents) {
      CertificateOrder order = intent.order();
      ClientEntity client = clients.get(order.clientId());
      if (client == null
          || !client.active()
          || !client.tokensFrom().equals(order.tokensFrom())
          || (client.masterId() != null && !devices.contains(client.masterId()))) {
        outcomes.put(intent, new IssuanceOutcome.Refused());
        continue;
      }
      if (compromised.contains(order.request().publicKeySha256())) {
        outcomes.put(intent, new IssuanceOutcome.Compromised());
        continue;
      }
      IssuanceOutcome outcome = reservation(intent, live.get(order.liveKey()), now);
      if (outcome instanceof IssuanceOutcome.Done) {
        CertificateEntity certificate = certificate(intent, now);
        granted.add(certificate);
        live.put(order.liveKey(), certificate);
      }
      outcomes.put(intent, outcome);
    }
    // What has lost its key comes before what has it now.
    entityManager.flush();
    granted.forEach(entityManager::persist);
  }

  /** Locked, the lowest first, as everybody does who locks several. */
  private Map<String, ClientEntity> clients(List<SigningIntent> intents) {
    return entityManager
        .createQuery(
            "select c from ClientEntity c where c.clientId in :ids order by c.clientId",
            ClientEntity.class)
        .setParameter("ids", distinct(intents, CertificateOrder::clientId))
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .collect(Collectors.toMap(ClientEntity::clientId, Function.identity()));
  }

  /** The devices that may take part; a suspension locks the device's clients. */
  private Set<String> activeDevices(Collection<ClientEntity> clients) {
    Set<String> ids =
        clients.stream()
            .map(ClientEntity::masterId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return ids.isEmpty()
        ? Set.of()
        : entityManager
            .createQuery(
                "select d.masterId from DeviceEntity d where d.masterId in :ids"
                    + " and d.standing = :active",
                String.class)
            .setParameter("ids", ids)
            .setParameter("active", Standing.ACTIVE.name())
            .getResultStream()
            .collect(Collectors.toSet());
  }

  private Map<String, CertificateEntity> live(List<SigningIntent> intents) {
    Map<String, CertificateEntity> live = new HashMap<>();
    entityManager
        .createQuery(
            "select c from CertificateEntity c where c.liveKey in :keys order by c.id",
            CertificateEntity.class)
        .setParameter("keys", distinct(intents, CertificateOrder::liveKey))
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .forEach(found -> live.put(Objects.requireNonNull(found.liveKey()), found));
    return live;
  }

  private static Set<String> distinct(
      List<SigningIntent> intents, Function<CertificateOrder, String> of) {
    return intents.stream().map(SigningIntent::order).map(of).collect(Collectors.toSet());
  }

  /** What is to be done, where the same key of the client may have a certificate. */
  private IssuanceOutcome reservation(
      SigningIntent intent, @Nullable CertificateEntity live, Instant now) {
    if (live == null) {
      return new IssuanceOutcome.Done();
    }
    byte[] der = live.der();
    if (live.status() == CertificateStatus.INTENT) {
      if (now.isBefore(live.createdAt().plus(SIGNING))) {
        return new IssuanceOutcome.Busy();
      }
      orphan(live, now);
    } else if (live.status() == CertificateStatus.HELD) {
      return new IssuanceOutcome.Held();
    } else if (der != null
        && live.notAfter().isAfter(now)
        && authorities.find(live.issuerSki()).isPresent()
        && !(intent.renewal() && isDue(live, intent.prepared(), now))) {
      return new IssuanceOutcome.Existing(der);
    } else {
      live.release();
    }
    return new IssuanceOutcome.Done();
  }

  private static CertificateEntity certificate(SigningIntent intent, Instant now) {
    CertificateOrder order = intent.order();
    PreparedCertificate prepared = intent.prepared();
    CertificateEntity certificate =
        new CertificateEntity(
            prepared.serial(),
            prepared.issuerSki(),
            prepared.profile().name(),
            order.username(),
            order.request().publicKeySha256(),
            prepared.notBefore(),
            prepared.notAfter(),
            now);
    certificate.setOwner(order.clientId(), order.masterId(), order.liveKey());
    return certificate;
  }

  private void complete(List<SignedIntent> signed, Map<IssuanceStep, IssuanceOutcome> outcomes) {
    if (signed.isEmpty()) {
      return;
    }
    Map<String, CertificateEntity> intents =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.serial in :serials"
                    + " and c.status = :intent order by c.id",
                CertificateEntity.class)
            .setParameter("serials", signed.stream().map(SignedIntent::serial).toList())
            .setParameter("intent", CertificateStatus.INTENT)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultStream()
            .collect(Collectors.toMap(CertificateEntity::serial, Function.identity()));
    for (SignedIntent certificate : signed) {
      CertificateEntity intent = intents.get(certificate.serial());
      if (intent == null) {
        outcomes.put(certificate, new IssuanceOutcome.Refused());
      } else {
        intent.issue(certificate.der());
        audit.record(certificate.event());
        outcomes.put(certificate, new IssuanceOutcome.Done());
      }
    }
  }

  /** Gives an intent up whose signature failed. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void abandon(String serial) {
    CertificateEntity intent = locked(serial);
    if (intent != null && intent.status() == CertificateStatus.INTENT) {
      orphan(intent, clock.instant());
    }
  }

  /**
   * Gives up intents that are older than a bound.
   *
   * @return how many, at most 500
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public int abandonOlderThan(Duration age) {
    Instant now = clock.instant();
    List<CertificateEntity> intents =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.status = :intent"
                    + " and c.createdAt < :before order by c.createdAt",
                CertificateEntity.class)
            .setParameter("intent", CertificateStatus.INTENT)
            .setParameter("before", now.minus(age))
            .setMaxResults(BATCH)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    intents.forEach(intent -> orphan(intent, now));
    return intents.size();
  }

  private void orphan(CertificateEntity intent, Instant now) {
    intent.orphan(now);
    audit.record(
        AuditEvent.success(
            "certificate.orphan",
            "system",
            intent.serial(),
            Map.of("profile", intent.profile(), "username", intent.username())));
    revoked.fire(new CertificateRevoked(intent.serial(), intent.clientId(), intent.username()));
  }

  private static boolean isDue(CertificateEntity live, PreparedCertificate next, Instant now) {
    Duration third = Duration.between(live.notBefore(), live.notAfter()).dividedBy(3);
    return !now.isBefore(live.notAfter().minus(third)) && next.notAfter().isAfter(live.notAfter());
  }

  private @Nullable CertificateEntity locked(String serial) {
    return entityManager
        .createQuery(
            "select c from CertificateEntity c where c.serial = :serial", CertificateEntity.class)
        .setParameter("serial", serial)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }
}
