package org.heliogate.authz.ocsp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.heliogate.authz.ca.Authorities;
import org.heliogate.authz.ca.ResponderCertificates;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.OwnPairs;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.jspecify.annotations.Nullable;

/**
 * The coming and going of responders. Each CA but a root, whose key may be elsewhere, has one with
 * a pair of its own; when half of its certificate's life is over, or the certificate is withdrawn,
 * another follows. Any node may do any of this; one at a time succeeds. A crash between two steps
 * leaves an announcement, which is given up after two minutes, or a pair without a row, which is
 * destroyed an hour later; after a failure the pair is destroyed at once.
 */
@ApplicationScoped
public class ResponderRenewal {

  private static final Logger LOG = Logger.getLogger(ResponderRenewal.class.getName());

  /** Longer than a node takes to hear of the next one and to end what it signs. */
  private static final Duration TAIL = Duration.ofMinutes(10);

  private static final Duration ORPHAN_AGE = Duration.ofHours(1);
  private static final int NAME_BYTES = 8;

  private final Authorities authorities;
  private final ResponderCertificates certificates;
  private final ResponderStore store;
  private final ResponderKeys keys;
  private final Responders responders;
  private final SecureRandom random;
  private final Clock clock;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** The renewal of the stored responders. */
  @Inject
  ResponderRenewal(
      Authorities authorities,
      ResponderCertificates certificates,
      ResponderStore store,
      ResponderKeys keys,
      Responders responders,
      SecureRandom random,
      Clock clock) {
    this.authorities = authorities;
    this.certificates = certificates;
    this.store = store;
    this.keys = keys;
    this.responders = responders;
    this.random = random;
    this.clock = clock;
  }

  /** Does what is due; called at start, and now and then on every node. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void run() {
    responders.refresh();
    try {
      Map<String, StoredResponder> newest =
          responders.newest().stream()
              .collect(Collectors.toMap(StoredResponder::issuerSki, Function.identity()));
      for (CertificateIssuer authority : authorities.all()) {
        if (!Authorities.isRoot(authority) && due(newest.get(authority.ski()), authority)) {
          renew(authority);
        }
      }
      for (String id : store.supersededBefore(clock.instant().minus(TAIL))) {
        keys.destroy(id);
        store.remove(id);
      }
      destroyOrphans();
    } catch (HsmUnavailableException e) {
      LOG.log(Level.WARNING, "The OCSP responders wait for the HSM: {0}", e.getMessage());
    }
  }

  private boolean due(@Nullable StoredResponder newest, CertificateIssuer authority) {
    Instant now = clock.instant();
    if (!now.isBefore(authority.certificate().getNotAfter().toInstant())) {
      return false;
    }
    if (newest == null || !newest.valid(now)) {
      return true;
    }
    boolean last = newest.certificate().getNotAfter().equals(authority.certificate().getNotAfter());
    return !last && !now.isBefore(newest.halfLife());
  }

  /** One CA's failure, whatever it is, does not keep the others from theirs. */
  private void renew(CertificateIssuer authority) {
    try {
      if (make(authority)) {
        failing.remove(authority.ski());
        responders.refresh();
        LOG.log(Level.INFO, "CA {0} has a new OCSP responder", authority.ski());
      }
    } catch (RuntimeException e) {
      if (failing.add(authority.ski())) {
        LOG.log(Level.WARNING, "CA " + authority.ski() + " gets no new OCSP responder", e);
      }
    }
  }

  private boolean make(CertificateIssuer authority) {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String id = ResponderKeys.PREFIX + HexFormat.of().formatHex(name);
    if (!announced(id, authority.ski())) {
      return false;
    }
    boolean completed = false;
    try {
      OwnPairs.Made made = keys.make(id);
      X509Certificate certificate = certificates.issue(authority, id, made.publicKey());
      completed = store.complete(id, made.sealed(), certificate.getSerialNumber().toString(16));
      return completed;
    } finally {
      if (!completed) {
        store.remove(id);
        destroy(id);
      }
    }
  }

  /** What is tried again every minute leaves no pair behind each time. */
  private void destroy(String id) {
    try {
      keys.destroy(id);
    } catch (HsmUnavailableException e) {
      LOG.log(Level.FINE, "A pair that was not put to work stays for now", e);
    }
  }

  private boolean announced(String id, String issuerSki) {
    if (store.announced(issuerSki)) {
      return false;
    }
    try {
      store.announce(id, issuerSki, store.lastNumber(issuerSki) + 1);
      return true;
    } catch (PersistenceException e) {
      if (Constraints.violated(e)) {
        return false;
      }
      throw e;
    }
  }

  /** A crash between the pair and its row, or a failure of the token, has left these. */
  private void destroyOrphans() {
    Set<String> orphans = new HashSet<>(keys.madeBefore(clock.instant().minus(ORPHAN_AGE)));
    orphans.removeIf(store::knows);
    for (String id : orphans) {
      keys.destroy(id);
      LOG.log(Level.WARNING, "The pair {0} was never put to work and is destroyed", id);
    }
  }
}
