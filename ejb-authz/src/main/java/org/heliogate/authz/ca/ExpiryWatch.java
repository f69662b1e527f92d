package org.heliogate.authz.ca;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The watch over the ends of certificates: it measures what ends soon, and reports each certificate
 * to the audit trail 30, 7 and 1 days before its end, unless it has a successor.
 */
@ApplicationScoped
public class ExpiryWatch {

  /** The nearest first, so that what was missed is told once and with the right time. */
  private static final List<Integer> DAYS = List.of(1, 7, 30);

  private final ExpiryLedger ledger;
  private final MultiGauge ending;
  private final MultiGauge firstEnds;

  /** A watch that shows its measurements in the given registry. */
  @Inject
  public ExpiryWatch(ExpiryLedger ledger, MeterRegistry meters) {
    this.ledger = ledger;
    this.ending =
        MultiGauge.builder("heliogate.certificates.expiring")
            .description("Valid certificates without a successor that end within so many days")
            .register(meters);
    this.firstEnds =
        MultiGauge.builder("heliogate.certificates.first.end")
            .description(
                "When the first CA's, server's, proxy's or responder's certificate without a"
                    + " successor ends, in seconds since 1970")
            .baseUnit("seconds")
            .register(meters);
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
    List<MultiGauge.Row<?>> counts = new ArrayList<>();
    for (int days : DAYS) {
      ledger
          .endingWithin(Duration.ofDays(days))
          .forEach(
              (profile, count) ->
                  counts.add(
                      MultiGauge.Row.of(
                          Tags.of("profile", profile, "days", Integer.toString(days)), count)));
    }
    ending.register(counts, true);
    List<MultiGauge.Row<?>> ends = new ArrayList<>();
    ledger
        .firstEnds()
        .forEach(
            (profile, end) ->
                ends.add(MultiGauge.Row.of(Tags.of("profile", profile), end.getEpochSecond())));
    firstEnds.register(ends, true);
  }
}
