package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.heliogate.hsm.ca.EncodedCrl;
import org.heliogate.hsm.ca.RevocationList;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CRLs with 100,000 entries cost: made of all rows, and after one more revocation. */
class LargeCrlTest {

  private static final int ENTRIES = 100_000;

  @Test
  void refreshWhenThereAreManyThenTheNextOneCopiesThem(@TempDir Path directory) throws Exception {
    try (CaFixture ca = new CaFixture(directory, null)) {
      String ski = ca.authorities.issuing().ski();
      revokeMany(ca, ski);
      Duration whole = time(ca.publisher::refresh);
      assertThat(entries(ca)).isEqualTo(ENTRIES);
      Duration base = time(ca.publisher::refresh);
      Duration change = Duration.ZERO;
      int changes = 10;
      for (int i = 0; i < changes; i++) {
        String serial = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
        ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));
        change = change.plus(time(ca.publisher::refresh));
      }
      assertThat(entries(ca)).isEqualTo(ENTRIES + changes);
      assertThat(
              RevocationList.of(
                      EncodedCrl.parse(ca.publisher.currentDelta(ski).orElseThrow().der()))
                  .size())
          .isEqualTo(changes);
      System.out.printf(
          "CRL with %,d entries, %,d bytes: of all rows %d ms, the first delta %d ms, one more"
              + " revocation %d ms; load %.1f%n",
          ENTRIES,
          ca.publisher.currentCrl().orElseThrow().der().length,
          whole.toMillis(),
          base.toMillis(),
          change.dividedBy(changes).toMillis(),
          java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
  }

  private static void revokeMany(CaFixture ca, String ski) {
    ca.run(
        () ->
            ca.entityManager
                .createNativeQuery(
                    "insert into certificate (serial, issuer_ski, profile, username, status,"
                        + " public_key_sha256, not_before, not_after, revoked_at, reason, listing,"
                        + " created_at) select '7a' || lpad(rawtohex(cast(x as binary(8))), 30, '0'), ?1,"
                        + " 'device-client', 'hg-x', 'REVOKED', '00', ?2, ?3, ?2, 'SUPERSEDED',"
                        + " 'LISTED', ?2 from system_range(1, ?4)")
                .setParameter(1, ski)
                .setParameter(2, ca.clock.instant())
                .setParameter(3, ca.clock.instant().plus(Duration.ofDays(365)))
                .setParameter(4, ENTRIES)
                .executeUpdate());
  }

  private static int entries(CaFixture ca) throws Exception {
    return RevocationList.of(EncodedCrl.parse(ca.publisher.currentCrl().orElseThrow().der()))
        .size();
  }

  private static Duration time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
