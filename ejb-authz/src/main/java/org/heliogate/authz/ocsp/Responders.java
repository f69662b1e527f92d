package org.heliogate.authz.ocsp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.hsm.ocsp.OcspResponder;
import org.jspecify.annotations.Nullable;

/**
 * The responders as this node knows them: read from the database once, and again when word of a
 * change arrives. Thread-safe.
 */
@ApplicationScoped
class Responders {

  private final ResponderStore store;
  private final ResponderKeys keys;
  private final Clock clock;
  private final AtomicLong heard = new AtomicLong();
  private volatile @Nullable Known known;

  @Inject
  Responders(ResponderStore store, ResponderKeys keys, Clock clock) {
    this.store = store;
    this.keys = keys;
    this.clock = clock;
  }

  private record Active(StoredResponder stored, OcspResponder responder) {}

  /** What was read by CA, and how many words of change had come before. */
  private record Known(Map<String, Active> active, long heard) {}

  /** The responder that speaks for a CA now; empty while there is none. */
  public Optional<OcspResponder> of(String issuerSki) {
    return Optional.ofNullable(known().active().get(issuerSki))
        .filter(active -> active.stored().valid(clock.instant()))
        .map(Active::responder);
  }

  /** The newest good responder of each CA. */
  public List<StoredResponder> newest() {
    return known().active().values().stream().map(Active::stored).toList();
  }

  /** Reads them again at the next use, whatever was heard. */
  public void refresh() {
    heard.incrementAndGet();
  }

  /** Whether the certificate of that serial number is one of theirs. */
  private boolean include(String serial) {
    Known last = known;
    return last != null
        && last.active().values().stream()
            .anyMatch(active -> active.stored().serial().equals(serial));
  }

  private Known known() {
    Known last = known;
    long words = heard.get();
    if (last != null && last.heard() == words) {
      return last;
    }
    Map<String, Active> active = new HashMap<>();
    for (StoredResponder stored : store.load()) {
      active.put(
          stored.issuerSki(),
          new Active(
              stored,
              new OcspResponder(stored.certificate(), keys.signer(stored.id(), stored.sealed()))));
    }
    Known read = new Known(Map.copyOf(active), words);
    known = read;
    return read;
  }

  void hear(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    boolean concerned =
        switch (notice.kind()) {
          case OCSP_RESPONDERS, EVERYTHING -> true;
          case CERTIFICATE -> include(notice.subject());
          default -> false;
        };
    if (concerned) {
      refresh();
    }
  }
}
