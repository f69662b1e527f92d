package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.heliogate.authz.ca.IssuanceProcess.Stop;
import org.heliogate.authz.platform.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a power cut leaves behind after each step of issuance: the process is killed (SIGKILL), and
 * another one starts on the same database and keys.
 */
@Timeout(600)
class IssuanceCrashTest {

  @Test
  void startWhenKilledBeforeTheIntentThenNothingIsThere(@TempDir Path directory) throws Exception {
    killedAt(Stop.BEFORE_INTENT, directory);
    try (CaFixture ca = restarted(directory)) {
      assertThat(ca.all()).isEmpty();
      assertThat(CrlPublisherTest.serials(ca)).isEmpty();
    }
  }

  @Test
  void startWhenKilledBeforeTheSignatureThenTheSerialIsRevoked(@TempDir Path directory)
      throws Exception {
    orphanedAt(Stop.BEFORE_SIGNATURE, directory);
  }

  @Test
  void startWhenKilledBeforeTheCertificateIsStoredThenItIsRevoked(@TempDir Path directory)
      throws Exception {
    orphanedAt(Stop.BEFORE_STORAGE, directory);
  }

  @Test
  void startWhenKilledBeforeTheAnswerThenTheCertificateIsThere(@TempDir Path directory)
      throws Exception {
    String serial = killedAt(Stop.BEFORE_ANSWER, directory);
    try (CaFixture ca = restarted(directory)) {
      assertThat(ca.record(serial).status()).isEqualTo(CertificateStatus.ISSUED);
      assertThat(ca.in(() -> ca.inventory().pem(serial))).isPresent();
      assertThat(CrlPublisherTest.serials(ca)).isEmpty();
    }
  }

  private static void orphanedAt(Stop stop, Path directory) throws Exception {
    String serial = killedAt(stop, directory);
    try (CaFixture ca = restarted(directory)) {
      assertThat(ca.record(serial).status()).isEqualTo(CertificateStatus.ORPHANED);
      assertThat(ca.in(() -> ca.inventory().pem(serial))).isEmpty();
      assertThat(CrlPublisherTest.serials(ca)).containsExactly(serial);
    }
  }

  /** Does what a server does at its start, a minute later. */
  private static CaFixture restarted(Path directory) {
    CaFixture.Settable clock =
        new CaFixture.Settable(Clock.systemUTC().instant().plus(Duration.ofMinutes(2)));
    CaFixture ca =
        new CaFixture(
            TestDatabase.inFile(directory.resolve(IssuanceProcess.DATABASE)),
            clock,
            CaFixture.keysIn(directory.resolve(IssuanceProcess.KEYS), clock),
            null);
    new OrphanRevoker(ca.ledger).run();
    ca.publisher.refresh();
    return ca;
  }

  /** The serial that was given out when the process was killed; empty if none was. */
  private static String killedAt(Stop stop, Path directory) throws Exception {
    CaFixture.newKeys(directory.resolve(IssuanceProcess.KEYS), Clock.systemUTC());
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    IssuanceProcess.class.getName(),
                    directory.toString(),
                    stop.name()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return awaited(lines, stop);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String awaited(BufferedReader lines, Stop stop) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(stop + " ")) {
      line = lines.readLine();
    }
    assertThat(line).as("the process has reached %s", stop).isNotNull();
    return line.substring(stop.name().length() + 1);
  }
}
