package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryWatchTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private CaFixture ca;
  private ExpiryWatch watch;
  private int serial;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    watch = new ExpiryWatch(ledger(), meters);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void runWhenTheEndComesThenToldOncePerWindow() {
    Instant end = ca.clock.instant().plus(Duration.ofDays(90));
    store("device-client", "hg-a", "c-1", Duration.ofDays(90));
    run();
    assertThat(told()).isEmpty();
    ca.clock.advance(Duration.ofDays(61));
    run();
    run();
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).details())
        .contains("\"within_days\":\"30\"")
        .contains("\"client_id\":\"c-1\"")
        .contains("\"not_after\":\"" + end + '"');
    ca.clock.advance(Duration.ofDays(23));
    run();
    ca.clock.advance(Duration.ofDays(5));
    run();
    run();
    assertThat(told()).hasSize(3);
    ca.clock.advance(Duration.ofDays(2));
    run();
    assertThat(told()).as("what has ended ends no more").hasSize(3);
  }

  @Test
  void runWhenTheWatchWasAwayThenToldOnceWithTheNearestWindow() {
    store("device-client", "hg-a", "c-1", Duration.ofDays(90));
    ca.clock.advance(Duration.ofDays(89).plusHours(12));
    run();
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).details()).contains("\"within_days\":\"1\"");
  }

  @Test
  void runWhenTheLifeIsShortThenOnlyWindowsThatFit() {
    store("ocsp-responder", "responder", null, Duration.ofDays(14));
    run();
    ca.clock.advance(Duration.ofDays(10));
    run();
    assertThat(told()).isEmpty();
    ca.clock.advance(Duration.ofDays(3).plusHours(1));
    run();
    assertThat(told()).hasSize(1);
  }

  @Test
  void runWhenThereIsASuccessorOrItWasWithdrawnThenNotTold() throws Exception {
    store("device-client", "hg-a", "c-1", Duration.ofDays(90));
    String revoked = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    ca.run(() -> ca.service.revoke("admin", revoked, RevocationReason.SUPERSEDED));
    ca.clock.advance(Duration.ofDays(50));
    store("device-client", "hg-a", "c-1", Duration.ofDays(90));
    ca.clock.advance(Duration.ofDays(30));
    run();
    assertThat(told()).isEmpty();
    assertThat(meters.find("heliogate.certificates.expiring").gauges()).isEmpty();
  }

  @Test
  void runWhenMadeOfflineTogetherThenEachCountsAndTheFirstEndShows() {
    store("server", "localhost", null, Duration.ofDays(100));
    store("server", "localhost", null, Duration.ofDays(100).plusSeconds(1));
    Instant first = ca.clock.instant().plus(Duration.ofDays(100));
    ca.clock.advance(Duration.ofDays(95));
    run();
    assertThat(expiring("server", 7)).isEqualTo(2);
    assertThat(expiring("server", 30)).isEqualTo(2);
    assertThat(
            meters.get("heliogate.certificates.first.end").tag("profile", "server").gauge().value())
        .isEqualTo(first.getEpochSecond());
    store("server", "localhost", null, Duration.ofDays(100));
    run();
    assertThat(expiring("server", 7)).isZero();
    assertThat(
            meters.get("heliogate.certificates.first.end").tag("profile", "server").gauge().value())
        .isGreaterThan(first.getEpochSecond());
  }

  @Test
  void runWhenThereAreMoreThanABatchThenEachIsToldOnce() {
    for (int i = 0; i < 1_100; i++) {
      store("device-client", "hg-" + i, "c-" + i, Duration.ofDays(90));
    }
    ca.clock.advance(Duration.ofDays(80));
    run();
    run();
    List<AuditRow> told = ca.in(() -> ca.audit.of(serials(), "certificate.expiring"));
    assertThat(told).hasSize(1_100).extracting(AuditRow::subject).doesNotHaveDuplicates();
    assertThat(expiring("device-client", 30)).isEqualTo(1_100);
  }

  private void run() {
    watch.run();
  }

  private double expiring(String profile, int days) {
    return meters
        .get("heliogate.certificates.expiring")
        .tag("profile", profile)
        .tag("days", Integer.toString(days))
        .gauge()
        .value();
  }

  private List<String> serials() {
    return ca.in(
        () ->
            ca.entityManager
                .createQuery("select c.serial from CertificateEntity c", String.class)
                .getResultList());
  }

  private List<AuditRow> told() {
    return ca.in(() -> ca.audit.list(null, "certificate.expiring", Long.MAX_VALUE, 1_000));
  }

  private void store(String profile, String name, @Nullable String clientId, Duration validity) {
    serial++;
    ca.run(
        () -> {
          CertificateEntity row =
              new CertificateEntity(
                  BigInteger.valueOf(serial),
                  "aa",
                  profile,
                  name,
                  "key",
                  ca.clock.instant(),
                  ca.clock.instant().plus(validity),
                  ca.clock.instant());
          if (clientId != null) {
            row.setOwner(clientId, null, clientId + serial);
          }
          row.issue(new byte[] {1});
          ca.entityManager.persist(row);
        });
  }

  /** Runs each method in a transaction of its own, as the container does. */
  private ExpiryLedger ledger() {
    return new ExpiryLedger(ca.entityManager, ca.audit, ca.clock) {
      @Override
      public Map<String, Long> endingWithin(Duration window) {
        return ca.in(() -> super.endingWithin(window));
      }

      @Override
      public Map<String, Instant> firstEnds() {
        return ca.in(super::firstEnds);
      }

      @Override
      public int tell(int days) {
        return ca.in(() -> super.tell(days));
      }
    };
  }
}
