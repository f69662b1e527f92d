package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.hsm.Pkcs11KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificationRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 16 clients that enrol at once, each with ever new keys, over a database in a file. It prints how
 * many certificates a second the service issues, beside what the same threads reach in the same run
 * with no more than a CSR's verification, a signature and one insert.
 *
 * <p>By default it lasts for a moment and signs with keys in a file. With {@code
 * -Dheliogate.load.seconds} it lasts longer, after as long a warm-up; with {@code
 * -Dheliogate.load.home} it signs with an instance's token, whose configuration is named by {@code
 * SOFTHSM2_CONF} in the environment.
 */
class IssuanceLoadTest {

  private static final int CLIENTS = 16;
  private static final int ROUND = 10;

  private final SecureRandom random = new SecureRandom();
  private CaFixture ca;

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    CaFixture.Settable clock = new CaFixture.Settable(Clock.systemUTC().instant());
    ca =
        new CaFixture(
            TestDatabase.inFile(directory.resolve("database")),
            clock,
            keys(directory, clock),
            null);
  }

  @Test
  void issueWhenManyEnrolAtOnceThenEachCertificateIsStoredOnceAndFound() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    Duration wanted = Duration.ofSeconds(Long.getLong("heliogate.load.seconds", 1));
    List<String> serials = new ArrayList<>();
    Duration service = Duration.ZERO;
    Duration ceiling = Duration.ZERO;
    try {
      long warm = System.nanoTime() + wanted.toNanos();
      do {
        round(threads, this::enrol);
        round(threads, this::reach);
      } while (System.nanoTime() < warm);
      while (service.compareTo(wanted) < 0) {
        Round<String> enrolled = round(threads, this::enrol);
        serials.addAll(enrolled.results());
        service = service.plus(enrolled.time());
        ceiling = ceiling.plus(round(threads, this::reach).time());
      }
    } finally {
      threads.shutdownNow();
    }
    Set<String> distinct = new HashSet<>(serials);
    assertThat(distinct).hasSameSizeAs(serials);
    Set<String> stored = new HashSet<>();
    long before = Long.MAX_VALUE;
    List<CertificateRecord> page;
    do {
      page = page(before);
      for (CertificateRecord row : page) {
        assertThat(row.status()).isEqualTo(CertificateStatus.ISSUED);
        stored.add(row.serial());
        before = row.id();
      }
    } while (!page.isEmpty());
    assertThat(stored).containsAll(distinct);
    report(serials.size(), service, ceiling);
    ca.close();
  }

  private List<CertificateRecord> page(long before) {
    return ca.in(() -> ca.inventory().page(CertificateFilter.ALL, before, 1_000));
  }

  private void report(int certificates, Duration service, Duration ceiling) {
    double reached = certificates * 1e9 / service.toNanos();
    double possible = certificates * 1e9 / ceiling.toNanos();
    System.out.printf(
        "issuance, %d clients, keys %s: %d certificates, %.0f/s; ceiling %.0f/s; ratio %.2f%n",
        CLIENTS,
        ca.keys.onToken() ? "on the token" : "in a file",
        certificates,
        reached,
        possible,
        reached / possible);
  }

  private record Work(String clientId, String username, byte[] csr) {}

  private record Round<T>(List<T> results, Duration time) {}

  private interface Step<T> {
    T apply(Work work) throws Exception;
  }

  /** Each client's share, made ready before the clock starts. */
  private <T> Round<T> round(ExecutorService threads, Step<T> step) throws Exception {
    List<Callable<List<Work>>> preparations = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String clientId = "load-" + i;
      String username = "hg-" + "z".repeat(25) + "abcdefghijklmnop".charAt(i);
      ca.register(clientId, username);
      preparations.add(() -> prepared(clientId, username));
    }
    List<Callable<List<T>>> shares = new ArrayList<>();
    for (Future<List<Work>> prepared : threads.invokeAll(preparations)) {
      List<Work> share = prepared.get();
      shares.add(
          () -> {
            List<T> results = new ArrayList<>();
            for (Work work : share) {
              results.add(step.apply(work));
            }
            return results;
          });
    }
    long start = System.nanoTime();
    List<Future<List<T>>> done = threads.invokeAll(shares);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    List<T> results = new ArrayList<>();
    for (Future<List<T>> share : done) {
      results.addAll(share.get());
    }
    return new Round<>(results, time);
  }

  private static List<Work> prepared(String clientId, String username) throws Exception {
    List<Work> share = new ArrayList<>();
    for (int i = 0; i < ROUND; i++) {
      share.add(new Work(clientId, username, CaFixture.csr(username, CaFixture.newKey())));
    }
    return share;
  }

  private String enrol(Work work) throws Exception {
    return ca.service.issue(CaFixture.order(work.clientId(), work.username(), work.csr())).serial();
  }

  /** The least that any CA must do. */
  private String reach(Work work) throws Exception {
    CertificationRequest request = CertificationRequest.parse(work.csr(), work.username());
    byte[] signed = ca.keys.sign(TokenKeys.ISSUING, "SHA256withECDSA", work.csr());
    CertificateEntity row =
        new CertificateEntity(
            new java.math.BigInteger(126, random),
            "ceiling",
            "device-client",
            work.username(),
            request.publicKeySha256(),
            ca.clock.instant(),
            ca.clock.instant().plus(Duration.ofDays(1)),
            ca.clock.instant());
    byte[] der = new byte[work.csr().length + signed.length + 400];
    row.issue(der);
    ca.run(() -> ca.entityManager.persist(row));
    return row.serial();
  }

  private static TokenKeys keys(Path directory, Clock clock) throws Exception {
    String home = System.getProperty("heliogate.load.home", "");
    if (home.isEmpty()) {
      return CaFixture.newKeys(directory.resolve("keys.p12"), clock);
    }
    String pin = Files.readString(Path.of(home, "secrets", "hsm.pin")).strip();
    return new TokenKeys(
        new Pkcs11KeyStoreSource(Path.of(home, "hsm", "pkcs11.cfg"), pin::toCharArray), clock);
  }
}
