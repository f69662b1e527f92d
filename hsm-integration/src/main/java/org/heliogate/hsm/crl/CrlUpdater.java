package org.heliogate.hsm.crl;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.heliogate.hsm.ca.EncodedCrl;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the broker's CRL file new: asks each location at every poll for what changed, and in full
 * once half of a CRL's life is over; backs off while a server does not answer; warns when a CRL
 * comes to its end and no newer one can be had.
 */
final class CrlUpdater {

  private static final Duration SLOWEST_RETRY = Duration.ofSeconds(10);
  private static final Duration REMINDER = Duration.ofMinutes(10);

  private final List<Watch> watches = new ArrayList<>();
  private final Collection<X509Certificate> authorities;
  private final CrlFile file;
  private final @Nullable BrokerProcess broker;
  private final Duration poll;
  private final Clock clock;
  private final Consumer<String> log;

  /** A run before may have ended between writing the file and telling the broker. */
  private boolean untold = true;

  private @Nullable Instant lastAlarm;

  CrlUpdater(
      Collection<URI> locations,
      Collection<X509Certificate> authorities,
      CrlFile file,
      @Nullable BrokerProcess broker,
      Duration poll,
      Clock clock,
      Consumer<String> log) {
    this.authorities = List.copyOf(authorities);
    this.file = file;
    this.broker = broker;
    this.poll = poll;
    this.clock = clock;
    this.log = log;
    locations.forEach(uri -> watches.add(new Watch(new CrlLocation(uri), poll)));
  }

  /**
   * Goes on until it is stopped.
   *
   * @param stop ends it when it is counted down
   */
  void run(CountDownLatch stop) throws InterruptedException {
    Duration wait = Duration.ZERO;
    while (!stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      wait = round();
    }
  }

  /**
   * Asks every location that is due, once.
   *
   * @return how long to wait until the next is due
   */
  Duration round() throws InterruptedException {
    Instant now = clock.instant();
    for (Watch watch : watches) {
      if (!now.isBefore(watch.due)) {
        ask(watch, now);
      }
    }
    tell();
    alarm(now);
    Instant next = now.plus(poll);
    for (Watch watch : watches) {
      next = watch.due.isBefore(next) ? watch.due : next;
    }
    Duration wait = Duration.between(clock.instant(), next);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  /** Whether the last request to every location went well. */
  boolean allWell() {
    return watches.stream().allMatch(watch -> watch.failure == null);
  }

  private void ask(Watch watch, Instant now) {
    TrustedCrl known = watch.crl;
    if (known != null && now.isAfter(known.halfLife())) {
      watch.location.forget();
    }
    try {
      Optional<EncodedCrl> fetched = watch.location.fetch();
      if (fetched.isPresent()) {
        accept(watch, fetched.get(), now);
      }
      if (watch.failure != null) {
        log.accept(watch.location.uri() + " answers again");
      }
      watch.failure = null;
      watch.retry = poll;
      watch.due = now.plus(poll);
    } catch (IOException | CrlRefusedException e) {
      watch.location.forget();
      String failure = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (!failure.equals(watch.failure)) {
        log.accept("no CRL from " + watch.location.uri() + ": " + failure);
      }
      watch.failure = failure;
      watch.retry = shorter(watch.retry.multipliedBy(2), longer(SLOWEST_RETRY, poll));
      watch.due = now.plus(watch.retry);
    }
  }

  private void accept(Watch watch, EncodedCrl fetched, Instant now)
      throws CrlRefusedException, IOException {
    TrustedCrl crl =
        TrustedCrl.find(fetched, authorities)
            .orElseThrow(
                () ->
                    new CrlRefusedException(
                        "no trusted CA signed the CRL, or it is not a full one with number and"
                            + " nextUpdate"));
    if (file.offer(crl, now)) {
      untold = true;
      log.accept(
          "CRL " + crl.number() + " of " + crl.issuerName() + ", good until " + crl.nextUpdate());
    }
    watch.crl = crl;
  }

  private void tell() throws InterruptedException {
    if (!untold || broker == null) {
      return;
    }
    try {
      if (broker.hangUp()) {
        untold = false;
        log.accept("told the broker");
      }
    } catch (IOException e) {
      log.accept(String.valueOf(e.getMessage()));
    }
  }

  private void alarm(Instant now) {
    if (lastAlarm != null && now.isBefore(lastAlarm.plus(REMINDER))) {
      return;
    }
    for (TrustedCrl crl : file.all()) {
      if (now.isAfter(crl.lastQuarter())) {
        boolean over = now.isAfter(crl.nextUpdate());
        log.accept(
            (over ? "ALARM: " : "WARNING: ")
                + "the CRL of "
                + crl.issuerName()
                + (over ? " ended on " : " ends on ")
                + crl.nextUpdate()
                + " and there is no newer one; then the broker lets nobody in");
        lastAlarm = now;
      }
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static final class Watch {
    private final CrlLocation location;
    private Instant due = Instant.MIN;
    private Duration retry;
    private @Nullable String failure;
    private @Nullable TrustedCrl crl;

    Watch(CrlLocation location, Duration retry) {
      this.location = location;
      this.retry = retry;
    }
  }
}
