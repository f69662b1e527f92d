package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.heliogate.authz.platform.BackgroundThreads;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.HsmCalls;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.SignedCrl;

/**
 * The CRLs in force. After a revocation, and when half of its life is over, a new full CRL is
 * signed in the HSM, by one node at a time; revocations that come meanwhile share the next one.
 * Every node serves them from memory.
 */
@ApplicationScoped
public class CrlPublisher {

  private static final Logger LOG = Logger.getLogger(CrlPublisher.class.getName());
  private static final Duration ISSUING_LIFE = Duration.ofHours(24);
  private static final Duration ROOT_LIFE = Duration.ofDays(30);

  private final Executor executor;
  private final Authorities authorities;
  private final CrlLedger ledger;
  private final Map<String, PublishedCrl> current = new ConcurrentHashMap<>();
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean failing;

  /** A publisher for the given CAs. */
  @Inject
  public CrlPublisher(Authorities authorities, CrlLedger ledger, BackgroundThreads threads) {
    this(authorities, ledger, threads::execute);
  }

  CrlPublisher(Authorities authorities, CrlLedger ledger, Executor executor) {
    this.executor = executor;
    this.authorities = authorities;
    this.ledger = ledger;
  }

  /**
   * The CRL of a CA, from memory.
   *
   * @param ski the CA's subject key identifier, lower-case hex
   * @return empty for an unknown CA, or before the first look at the database
   */
  public Optional<PublishedCrl> currentCrl(String ski) {
    return Optional.ofNullable(current.get(ski));
  }

  /**
   * The CRL of the CA that issues, from memory.
   *
   * @throws org.heliogate.authz.error.RequestException if the token was never reached
   */
  public Optional<PublishedCrl> currentCrl() {
    return HsmCalls.call(() -> currentCrl(authorities.issuing().ski()));
  }

  /** Looks after the CRLs in the background; called a few times a second. */
  public void poll() {
    if (signals.getAndIncrement() == 0) {
      try {
        executor.execute(this::work);
      } catch (RejectedExecutionException e) {
        signals.set(0);
        LOG.log(Level.FINE, "The CRLs wait for the next look", e);
      }
    }
  }

  void revoked(@Observes(during = TransactionPhase.AFTER_SUCCESS) CertificateRevoked event) {
    poll();
  }

  void released(@Observes(during = TransactionPhase.AFTER_SUCCESS) CertificateReleased event) {
    poll();
  }

  private void work() {
    int seen;
    do {
      seen = signals.get();
      try {
        refresh();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.log(Level.SEVERE, "The CRLs cannot be renewed", e);
        }
        failing = true;
      }
    } while (!signals.compareAndSet(seen, 0));
  }

  /**
   * Signs what is due and takes what is new into memory.
   *
   * @throws HsmUnavailableException if the HSM cannot sign; what other nodes signed is then still
   *     taken
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void refresh() {
    try {
      Map<String, CertificateIssuer> issuers =
          authorities.all().stream()
              .collect(Collectors.toMap(CertificateIssuer::ski, issuer -> issuer));
      Set<String> due = ledger.due(issuers.keySet());
      for (String ski : due) {
        CertificateIssuer issuer = issuers.get(ski);
        if (issuer != null) {
          sign(issuer, Authorities.isRoot(issuer) ? ROOT_LIFE : ISSUING_LIFE);
        }
      }
    } finally {
      load();
    }
  }

  private void sign(CertificateIssuer issuer, Duration life) {
    introduce(issuer.ski());
    Optional<CrlDraft> draft = ledger.claim(issuer.ski());
    if (draft.isPresent()) {
      SignedCrl signed = issuer.signCrl(draft.get().bigNumber(), draft.get().revoked(), life);
      if (!ledger.publish(draft.get(), signed)) {
        LOG.log(Level.WARNING, "CRL {0} came too late", draft.get().number());
      }
    }
  }

  private void introduce(String ski) {
    try {
      ledger.introduce(ski);
    } catch (RuntimeException e) {
      if (!Constraints.violated(e)) {
        throw e;
      }
      LOG.log(Level.FINE, "Another node made the row of CA {0}", ski);
    }
  }

  private void load() {
    ledger
        .published()
        .forEach(
            (ski, number) -> {
              PublishedCrl known = current.get(ski);
              if (known == null || known.number() != number) {
                ledger.read(ski).ifPresent(crl -> current.put(ski, crl));
              }
            });
  }
}
