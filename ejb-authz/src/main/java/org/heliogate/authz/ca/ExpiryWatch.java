package org.heliogate.authz.ca;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The watch over the ends of certificates: it measures what ends soon, and reports each certificate
 * to the audit trail 30, 7 and 1 days before its end, unless it has a successor.
 *
 * <p>{@code heliogate.certificates.expiring} counts the valid certificates without a successor, by
 * profile, that end within so many days. {@code heliogate.certificates.first.end} is when the first
 * certificate of a CA, server, proxy or responder without a successor ends, in seconds since 1970;
 * not a number when there is none.
 */
@ApplicationScoped
public class ExpiryWatch {

  /** The nearest first, so that what was missed is told once and with the right time. */
  private static final List<Integer> DAYS = List.of(1, 7, 30);

  private final ExpiryLedger ledger;
  private final Gauges expiring;
  private final Gauges firstEnd;

  /** A watch that shows its measurements in the given registry. */
  @Inject
  public ExpiryWatch(ExpiryLedger ledger, MeterRegistry meters) {
    this.ledger = ledger;
    this.expiring = new Gauges(meters, "heliogate.certificates.expiring", 0);
    this.firstEnd = new Gauges(meters, "heliogate.certificates.first.end", Double.NaN);
  }

  /** Measures and reports: a few queries, however many certificates there are. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void run() {
    measure();
    for (int days : DAYS) {
      int told;
      do {
        told = ledger.tell(days);
      } while (told > 0);
    }
  }

  private void measure() {
    Map<Tags, Double> counts = new HashMap<>();
    for (int days : DAYS) {
      ledger
          .endingWithin(Duration.ofDays(days))
          .forEach(
              (profile, count) ->
                  counts.put(
                      Tags.of("profile", profile, "days", Integer.toString(days)),
                      count.doubleValue()));
    }
    expiring.show(counts);
    Map<Tags, Double> ends = new HashMap<>();
    ledger
        .firstEnds()
        .forEach(
            (profile, end) -> ends.put(Tags.of("profile", profile), (double) end.getEpochSecond()));
    firstEnd.show(ends);
  }

  /**
   * Gauges of one name. They are made by the one method that the server's registry hands on; what
   * Micrometer's builders register there is not exported.
   */
  private static final class Gauges {

    private final MeterRegistry meters;
    private final String name;
    private final double nothing;
    private final Map<Tags, AtomicReference<Double>> values = new ConcurrentHashMap<>();

    Gauges(MeterRegistry meters, String name, double nothing) {
      this.meters = meters;
      this.name = name;
      this.nothing = nothing;
    }

    void show(Map<Tags, Double> measured) {
      measured.keySet().forEach(tags -> values.computeIfAbsent(tags, this::register));
      values.forEach((tags, value) -> value.set(measured.getOrDefault(tags, nothing)));
    }

    private AtomicReference<Double> register(Tags tags) {
      AtomicReference<Double> value = new AtomicReference<>(nothing);
      meters.gauge(name, tags, value, AtomicReference::get);
      return value;
    }
  }
}
