package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigInteger;
import java.security.cert.CRLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.heliogate.hsm.ca.EncodedCrl;
import org.heliogate.hsm.ca.RevocationList;
import org.heliogate.hsm.ca.SignedCrl;
import org.jspecify.annotations.Nullable;

/**
 * The CRLs in force. After a revocation a new full CRL and a delta CRL are signed in the HSM, by
 * one node at a time; revocations that come meanwhile share the next ones. The full CRL copies the
 * entries of the one before, so that it costs little however many there are; twice a day one is
 * made of all entries in the database. Every node serves them from memory.
 */
@ApplicationScoped
public class CrlPublisher {

  private static final Logger LOG = Logger.getLogger(CrlPublisher.class.getName());

  /**
   * How long CRLs are good, and when the next one that is made of all entries is due.
   *
   * @param full of a full CRL; who has an older one goes on with it for so long when none can be
   *     signed or fetched
   * @param delta of a delta CRL; empty for none
   * @param whole from one full CRL that is made of all entries to the next
   */
  private record Lives(Duration full, Optional<Duration> delta, Duration whole) {}

  private static final Lives ISSUING =
      new Lives(Duration.ofDays(7), Optional.of(Duration.ofHours(24)), Duration.ofHours(12));
  private static final Lives ROOT =
      new Lives(Duration.ofDays(30), Optional.empty(), Duration.ofDays(15));

  /** The entries of a full CRL. */
  private record Entries(long number, RevocationList list) {}

  /** The longest pause after failures; another node may sign meanwhile. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /**
   * What a CA's failures in a row ask for: the first to try again at once, as one failure may be
   * all; the others to wait, as each attempt costs a number and a look at the changes.
   */
  private record Pause(int failures, Instant until) {

    static Pause after(@Nullable Pause before, Instant now) {
      int failures = before == null ? 1 : before.failures() + 1;
      Duration wait =
          failures == 1 ? Duration.ZERO : Duration.ofSeconds(1L << Math.min(failures - 2, 4));
      return new Pause(
          failures, now.plus(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE));
    }
  }

  private final Executor executor;
  private final Clock clock;
  private final Authorities authorities;
  private final CrlLedger ledger;
  private final Map<String, PublishedCrl> current = new ConcurrentHashMap<>();
  private final Map<String, PublishedCrl> deltas = new ConcurrentHashMap<>();
  private final Map<String, Entries> entries = new ConcurrentHashMap<>();
  private final Map<String, Pause> pauses = new ConcurrentHashMap<>();
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean failing;

  /** A publisher for the given CAs. */
  @Inject
  public CrlPublisher(
      Authorities authorities, CrlLedger ledger, BackgroundThreads threads, Clock clock) {
    this(authorities, ledger, threads::execute, clock);
  }

  CrlPublisher(Authorities authorities, CrlLedger ledger, Executor executor, Clock clock) {
    this.executor = executor;
    this.clock = clock;
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

  /**
   * The delta CRL of a CA, from memory.
   *
   * @param ski the CA's subject key identifier, lower-case hex
   * @return empty for an unknown CA, for a root, or before the first look at the database
   */
  public Optional<PublishedCrl> currentDelta(String ski) {
    return Optional.ofNullable(deltas.get(ski));
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
        failing &= !pauses.isEmpty();
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.log(Level.SEVERE, "The CRLs cannot be renewed", e);
        }
        failing = true;
      }
    } while (!signals.compareAndSet(seen, 0));
  }

  /**
   * Takes what other nodes signed into memory, and signs what is due.
   *
   * @throws HsmUnavailableException if the HSM cannot sign
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void refresh() {
    load();
    Map<String, CertificateIssuer> issuers =
        authorities.all().stream()
            .collect(Collectors.toMap(CertificateIssuer::ski, issuer -> issuer));
    Set<String> withDelta =
        issuers.values().stream()
            .filter(issuer -> lives(issuer).delta().isPresent())
            .map(CertificateIssuer::ski)
            .collect(Collectors.toSet());
    @Nullable HsmUnavailableException failure = null;
    Set<String> due = ledger.due(issuers.keySet(), withDelta);
    pauses.keySet().retainAll(due);
    for (String ski : due) {
      CertificateIssuer issuer = issuers.get(ski);
      try {
        if (issuer != null) {
          sign(issuer, lives(issuer));
        }
      } catch (HsmUnavailableException e) {
        // The key of another CA may be within reach.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Lives lives(CertificateIssuer issuer) {
    return Authorities.isRoot(issuer) ? ROOT : ISSUING;
  }

  private void sign(CertificateIssuer issuer, Lives lives) {
    String ski = issuer.ski();
    Pause pause = pauses.get(ski);
    if (pause != null && clock.instant().isBefore(pause.until())) {
      return;
    }
    introduce(ski);
    Optional<Entries> before = lives.delta().isPresent() ? entriesOf(issuer) : Optional.empty();
    Optional<CrlDraft> claimed = ledger.claim(ski, before.map(Entries::number).orElse(0L));
    if (claimed.isEmpty()) {
      return;
    }
    try {
      sign(issuer, lives, claimed.get(), before);
      pauses.remove(ski);
    } catch (RuntimeException e) {
      pauses.put(ski, Pause.after(pause, clock.instant()));
      giveBack(claimed.get(), e);
      throw e;
    }
  }

  /** Without this, nobody could sign before the lease is over. */
  private void giveBack(CrlDraft draft, RuntimeException failure) {
    try {
      ledger.giveBack(draft);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void sign(
      CertificateIssuer issuer, Lives lives, CrlDraft draft, Optional<Entries> before) {
    String ski = issuer.ski();
    RevocationList list =
        draft.whole()
            ? RevocationList.of(draft.revoked())
            : before.orElseThrow().list().with(draft.revoked(), draft.released());
    SignedCrl full =
        issuer.signCrl(draft.bigNumber(), list, lives.full(), lives.delta().isPresent());
    Optional<SignedCrl> delta =
        draft.whole()
            ? Optional.empty()
            : lives.delta().map(life -> delta(issuer, draft, full, life));
    Instant nextWhole = full.thisUpdate().plus(lives.whole());
    if (!ledger.publish(draft, full, delta, nextWhole, list.size())) {
      LOG.log(Level.WARNING, "CRL {0} came too late", draft.number());
      return;
    }
    entries.put(ski, new Entries(draft.number(), list));
    current.put(ski, published(full));
    delta.ifPresent(signed -> deltas.put(ski, published(signed)));
  }

  private static SignedCrl delta(
      CertificateIssuer issuer, CrlDraft draft, SignedCrl full, Duration life) {
    return issuer.signDeltaCrl(
        draft.bigNumber(),
        BigInteger.valueOf(draft.base()),
        RevocationList.of(draft.changes()).withReleased(draft.releases(), full.thisUpdate()),
        life);
  }

  private static PublishedCrl published(SignedCrl signed) {
    return new PublishedCrl(
        signed.issuerSki(),
        signed.number().longValueExact(),
        signed.thisUpdate(),
        signed.nextUpdate(),
        signed.der());
  }

  /** The entries of the full CRL in memory, if this CA has signed it as it is. */
  private Optional<Entries> entriesOf(CertificateIssuer issuer) {
    PublishedCrl crl = current.get(issuer.ski());
    Entries known = entries.get(issuer.ski());
    if (crl == null || (known != null && known.number() == crl.number())) {
      return Optional.ofNullable(known);
    }
    try {
      EncodedCrl read = EncodedCrl.parse(crl.der());
      if (read.isSignedBy(issuer.certificate().getPublicKey())) {
        Entries taken = new Entries(crl.number(), RevocationList.of(read));
        entries.put(issuer.ski(), taken);
        return Optional.of(taken);
      }
      LOG.log(Level.SEVERE, "The stored CRL {0} was changed; it is made anew", crl.number());
    } catch (CRLException e) {
      LOG.log(Level.SEVERE, "The stored CRL " + crl.number() + " is none; it is made anew", e);
    }
    return Optional.empty();
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
            (ski, published) -> {
              PublishedCrl full = current.get(ski);
              if (full == null || full.number() != published.full()) {
                ledger.read(ski).ifPresent(crl -> current.put(ski, crl));
              }
              PublishedCrl delta = deltas.get(ski);
              if (published.delta() != 0
                  && (delta == null || delta.number() != published.delta())) {
                ledger.readDelta(ski).ifPresent(crl -> deltas.put(ski, crl));
              }
            });
  }
}
