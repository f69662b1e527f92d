package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PreparedCertificate;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** Issues certificates to clients and withdraws them. */
@ApplicationScoped
public class CertificateService {

  private static final Logger LOG = Logger.getLogger(CertificateService.class.getName());
  private static final Set<CertificateStatus> REVOCABLE =
      EnumSet.of(CertificateStatus.INTENT, CertificateStatus.ISSUED, CertificateStatus.HELD);
  private static final Duration BUSY_WAIT = Duration.ofSeconds(2);
  private static final Duration BUSY_LOOK = Duration.ofMillis(50);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Authorities authorities;
  private final ShortLivedProfiles shortLived;
  private final IssuanceLedger ledger;
  private final IssuanceGroups groups;
  private final EntityManager entityManager;
  private final AuditTrail audit;
  private final Event<CertificateRevoked> revoked;
  private final Clock clock;

  /** A service over the given CAs and database. */
  @Inject
  public CertificateService(
      Authorities authorities,
      ShortLivedProfiles shortLived,
      IssuanceLedger ledger,
      IssuanceGroups groups,
      EntityManager entityManager,
      AuditTrail audit,
      Event<CertificateRevoked> revoked,
      Clock clock) {
    this.authorities = authorities;
    this.shortLived = shortLived;
    this.ledger = ledger;
    this.groups = groups;
    this.entityManager = entityManager;
    this.audit = audit;
    this.revoked = revoked;
    this.clock = clock;
  }

  /**
   * Finds out whether an order can be met, and stores nothing. Where the installation wants it, the
   * profile's short-lived form is taken.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if the profile does not take the
   *     key, or it was reported as compromised; {@link ErrorCode#TEMPORARILY_UNAVAILABLE} if the
   *     HSM does not work or no CA is in force
   */
  public PreparedOrder prepare(CertificateOrder requested) {
    CertificateOrder order = requested.under(shortLived.of(requested.profile()));
    if (!ledger.compromised(Set.of(order.request().publicKeySha256())).isEmpty()) {
      throw compromised();
    }
    try {
      // Before anything is stored: a serial that nobody can sign would end on the CRL.
      authorities.requireWorkingToken();
      CertificateIssuer issuer = inForce(authorities.issuing(order.request().keyType()));
      return new PreparedOrder(order, issuer, prepared(issuer, order));
    } catch (HsmUnavailableException e) {
      throw unavailable(e);
    }
  }

  /**
   * Issues a certificate, or answers the one that the same key of the client already has under the
   * profile while it is valid. Must not be called while a transaction holds the client's row.
   *
   * @param prepared the order; each is issued once
   * @throws RequestException {@link ErrorCode#REQUEST_DENIED} if the client or its device is not
   *     active or was revoked meanwhile, or the key's certificate is on hold; {@link
   *     ErrorCode#TEMPORARILY_UNAVAILABLE} if the HSM cannot sign, or the same is being signed for
   *     another request
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public IssuedCertificate issue(PreparedOrder prepared) {
    return issue(prepared, false);
  }

  /**
   * The same for an order that was not prepared.
   *
   * @throws RequestException as {@link #prepare} and {@link #issue(PreparedOrder)}
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public IssuedCertificate issue(CertificateOrder order) {
    return issue(prepare(order), false);
  }

  /**
   * The same, but a certificate for the same key that is in the last third of its life is followed
   * by one that ends later. The earlier one stays valid to its end.
   *
   * @throws RequestException as {@link #issue(CertificateOrder)}
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public IssuedCertificate renew(CertificateOrder order) {
    return issue(prepare(order), true);
  }

  private IssuedCertificate issue(PreparedOrder first, boolean renewal) {
    CertificateOrder order = first.order();
    CertificateIssuer issuer = first.issuer();
    try {
      PreparedCertificate prepared = first.certificate();
      long deadline = System.nanoTime() + BUSY_WAIT.toNanos();
      while (true) {
        IssuanceOutcome outcome = groups.take(new SigningIntent(order, prepared, renewal));
        if (outcome instanceof IssuanceOutcome.Done) {
          return signed(issuer, order, prepared);
        } else if (outcome instanceof IssuanceOutcome.Existing existing) {
          return answer(parsed(existing.der()));
        } else if (outcome instanceof IssuanceOutcome.Refused) {
          throw denied();
        } else if (outcome instanceof IssuanceOutcome.Compromised) {
          throw compromised();
        } else if (outcome instanceof IssuanceOutcome.Held) {
          throw new RequestException(
              ErrorCode.REQUEST_DENIED, "the certificate of this key is on hold");
        } else if (System.nanoTime() - deadline >= 0) {
          throw new RequestException(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "the same certificate is being issued for another request",
              BUSY_LOOK.multipliedBy(20));
        }
        pause();
        prepared = prepared(issuer, order);
      }
    } catch (HsmUnavailableException e) {
      throw unavailable(e);
    }
  }

  private static RequestException compromised() {
    return new RequestException(
        ErrorCode.INVALID_REQUEST, "this key was reported as compromised; make a new key");
  }

  private static RequestException unavailable(HsmUnavailableException cause) {
    LOG.log(Level.WARNING, "The CA cannot sign: {0}", cause.getMessage());
    return new RequestException(
        ErrorCode.TEMPORARILY_UNAVAILABLE, "the CA cannot sign now", RETRY_AFTER);
  }

  /**
   * Withdraws a certificate for a reason given by name, as {@link #revoke(String, String,
   * RevocationReason)} does.
   *
   * @param reason in lower case with underscores, such as {@code key_compromise}; null for none
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if there is no such reason; as there
   */
  @Transactional
  public void revokeFor(String actor, String serial, @Nullable String reason) {
    revoke(actor, serial, RevocationReasons.named(reason));
  }

  /**
   * Withdraws a certificate within the caller's transaction, or in one of its own; the next CRL,
   * which follows the commit, lists it. Doing it again changes nothing.
   *
   * @param actor who does it
   * @param serial the serial number, lower-case hex
   * @param reason what the CRL says; not {@link RevocationReason#CERTIFICATE_HOLD}
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} for a CA's
   *     certificate
   */
  @Transactional
  public void revoke(String actor, String serial, RevocationReason reason) {
    if (reason == RevocationReason.CERTIFICATE_HOLD) {
      throw new IllegalArgumentException("a revocation is for good");
    }
    CertificateEntity certificate = LockedCertificates.find(entityManager, serial);
    CertificateProfile profile = CertificateProfile.named(certificate.profile());
    if (profile.purpose() == CertificateProfile.Purpose.AUTHORITY) {
      throw new RequestException(
          ErrorCode.CONFLICT, "a CA is not withdrawn here but by a key ceremony");
    }
    if (REVOCABLE.contains(certificate.status())) {
      withdraw(actor, certificate, reason, clock.instant());
    }
  }

  /**
   * Withdraws every certificate of some clients, also those that are being signed or on hold,
   * within the caller's transaction, which has the clients' rows locked.
   *
   * @param clientIds the clients
   * @param reason what the CRL says
   * @return how many were withdrawn
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public int revokeAllOf(Collection<String> clientIds, RevocationReason reason) {
    if (clientIds.isEmpty()) {
      return 0;
    }
    Instant now = clock.instant();
    List<CertificateEntity> live =
        entityManager
            .createQuery(
                "select c from CertificateEntity c where c.clientId in :clients"
                    + " and c.status in :live and c.notAfter > :now order by c.id",
                CertificateEntity.class)
            .setParameter("clients", clientIds)
            .setParameter("live", REVOCABLE)
            .setParameter("now", now)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    live.forEach(certificate -> withdraw("system", certificate, reason, now));
    return live.size();
  }

  private void withdraw(
      String actor, CertificateEntity certificate, RevocationReason reason, Instant now) {
    certificate.revoke(reason, now);
    audit.record(
        AuditEvent.success(
            "certificate.revoke",
            actor,
            certificate.serial(),
            Map.of(
                "username",
                certificate.username(),
                "reason",
                reason.name().toLowerCase(Locale.ROOT))));
    revoked.fire(
        new CertificateRevoked(
            certificate.serial(), certificate.clientId(), certificate.username()));
  }

  private CertificateIssuer inForce(CertificateIssuer issuer) {
    if (IssuerChoice.inForce(issuer.certificate(), clock.instant())) {
      return issuer;
    }
    LOG.log(Level.SEVERE, "No CA certificate is valid now: roll the CA over, or mend the clock");
    throw new RequestException(ErrorCode.TEMPORARILY_UNAVAILABLE, "no CA is in force", RETRY_AFTER);
  }

  private static PreparedCertificate prepared(CertificateIssuer issuer, CertificateOrder order) {
    try {
      return issuer.prepare(order.profile(), order.holder(), order.request());
    } catch (InvalidCertificationRequestException e) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private IssuedCertificate signed(
      CertificateIssuer issuer, CertificateOrder order, PreparedCertificate prepared) {
    String serial = prepared.serial().toString(16);
    boolean stored = false;
    try {
      X509Certificate certificate = issuer.sign(prepared);
      stored =
          groups.take(
                  new SignedIntent(
                      order,
                      serial,
                      certificate.getEncoded(),
                      certificate.getNotAfter().toInstant()))
              instanceof IssuanceOutcome.Done;
      if (!stored) {
        throw denied();
      }
      return answer(certificate);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be encoded", e);
    } finally {
      if (!stored) {
        ledger.abandon(serial);
      }
    }
  }

  private IssuedCertificate answer(X509Certificate certificate) {
    return new IssuedCertificate(
        certificate.getSerialNumber().toString(16),
        certificate.getSubjectX500Principal().getName(),
        Pem.of(List.of(certificate)),
        authorities.chainPem(certificate),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant());
  }

  private static X509Certificate parsed(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalStateException("a stored certificate cannot be read", e);
    }
  }

  private static RequestException denied() {
    return new RequestException(
        ErrorCode.REQUEST_DENIED, "the client is not active, or was revoked meanwhile");
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(BUSY_LOOK.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestException(
          ErrorCode.TEMPORARILY_UNAVAILABLE, "the server is stopping", RETRY_AFTER);
    }
  }
}
