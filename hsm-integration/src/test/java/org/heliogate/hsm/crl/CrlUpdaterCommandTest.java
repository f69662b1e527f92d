package org.heliogate.hsm.crl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heliogate.hsm.TestKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.RevocationList;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.RevokedCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrlUpdaterCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration LIFE = Duration.ofHours(24);

  private Path ca;
  private Path output;
  private KeyPair key;
  private CertificateIssuer issuer;
  private HttpServer server;
  private String url;
  private volatile byte[] served = new byte[0];
  private volatile int number;
  private volatile int status = 200;
  private final AtomicInteger full = new AtomicInteger();
  private final AtomicInteger unchanged = new AtomicInteger();

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = directory.resolve("ca.pem");
    output = directory.resolve("crl.pem");
    key = TestKeys.newEcKey("secp256r1");
    issuer = newCa("CA", key);
    Files.writeString(ca, Pem.of(List.of(issuer.certificate())));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/crl",
        exchange -> {
          String tag = "\"" + number + "\"";
          if (status == 200 && tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            unchanged.incrementAndGet();
            exchange.sendResponseHeaders(304, -1);
          } else {
            full.incrementAndGet();
            exchange.getResponseHeaders().set("ETag", tag);
            exchange.sendResponseHeaders(status, served.length == 0 ? -1 : served.length);
            exchange.getResponseBody().write(served);
          }
          exchange.close();
        });
    server.start();
    url =
        "http://"
            + InetAddress.getLoopbackAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/crl";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void onceWhenCrlIsGoodThenWritesIt() throws Exception {
    serve(issuer, 1);
    Run run = once(NOW);

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(Files.readString(output)).startsWith("-----BEGIN X509 CRL-----");
  }

  @Test
  void onceWhenSameAgainThenLeavesTheFile() throws Exception {
    serve(issuer, 1);
    once(NOW);
    FileTime longAgo = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(output, longAgo);

    assertThat(once(NOW).exitCode()).isZero();
    assertThat(Files.getLastModifiedTime(output)).isEqualTo(longAgo);
  }

  @Test
  void onceWhenOlderThenKeepsThePresent() throws Exception {
    serve(issuer, 5);
    once(NOW);
    byte[] present = Files.readAllBytes(output);
    serve(issuer, 4);
    Run run = once(NOW);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("older");
    assertThat(Files.readAllBytes(output)).isEqualTo(present);
  }

  @Test
  void onceWhenSignedByAnotherCaThenRefuses() throws Exception {
    serve(newCa("CA", TestKeys.newEcKey("secp256r1")), 1);
    Run run = once(NOW);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("no trusted CA");
    assertThat(output).doesNotExist();
  }

  @Test
  void onceWhenOverThenRefuses() throws Exception {
    serve(issuer, 1);
    Run run = once(NOW.plus(LIFE));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("ended on");
    assertThat(output).doesNotExist();
  }

  @Test
  void onceWhenAnswerIsNoCrlThenRefuses() throws Exception {
    served = "<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    assertThat(once(NOW).exitCode()).isEqualTo(1);
    status = 500;
    assertThat(once(NOW).output()).contains("status 500");
  }

  @Test
  void onceWhenServerIsDownThenFails() {
    server.stop(0);

    assertThat(once(NOW).exitCode()).isEqualTo(1);
  }

  @Test
  void onceWhenBrokerRunsThenItIsTold(@TempDir Path directory) throws Exception {
    serve(issuer, 1);
    // Whoever runs the tests may ignore SIGHUP, and children inherit that.
    Process broker = new ProcessBuilder("env", "--default-signal=HUP", "sleep", "300").start();
    try {
      Path pidFile = directory.resolve("broker.pid");
      Files.writeString(pidFile, broker.pid() + "\n");
      Run other = once(NOW, "--pid-file", pidFile.toString());
      assertThat(other.output()).doesNotContain("told");
      assertThat(broker.isAlive()).isTrue();

      Run run = once(NOW, "--pid-file", pidFile.toString(), "--process-name", "sleep");
      assertThat(run.output()).contains("told the broker");
      assertThat(broker.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(broker.exitValue()).isEqualTo(129);
    } finally {
      broker.destroyForcibly();
    }
  }

  @Test
  void onceWhenPidIsStaleThenTellsNobody(@TempDir Path directory) throws Exception {
    serve(issuer, 1);
    Path pidFile = directory.resolve("broker.pid");
    for (String content : new String[] {"", "-1", "0", "999999999", "1 2"}) {
      Files.writeString(pidFile, content);
      Run run = once(NOW, "--pid-file", pidFile.toString());
      assertThat(run.exitCode()).isZero();
      assertThat(run.output()).doesNotContain("told");
    }
  }

  @Test
  void roundWhenNothingChangedThenAsksOnlyForChangesUntilHalfOfTheLife() throws Exception {
    serve(issuer, 1);
    Moving clock = new Moving(NOW);
    List<String> log = new ArrayList<>();
    CrlUpdater updater = updater(clock, log);
    for (int i = 0; i < 5; i++) {
      assertThat(updater.round()).isEqualTo(Duration.ofSeconds(1));
      clock.now = clock.now.plusSeconds(1);
    }
    assertThat(full).hasValue(1);
    assertThat(unchanged).hasValue(4);

    clock.now = NOW.plus(Duration.ofHours(13));
    updater.round();
    assertThat(full).hasValue(2);
  }

  @Test
  void roundWhenRevokedThenTheNextPollHasIt() throws Exception {
    serve(issuer, 1);
    Moving clock = new Moving(NOW);
    List<String> log = new ArrayList<>();
    CrlUpdater updater = updater(clock, log);
    updater.round();
    serve(issuer, 2, new RevokedCertificate(BigInteger.TEN, NOW, RevocationReason.KEY_COMPROMISE));
    clock.now = clock.now.plusSeconds(1);
    updater.round();

    CrlFile file = CrlFile.open(output, List.of(issuer.certificate()));
    byte[] der = file.of(issuer.certificate()).orElseThrow().crl().der();
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    assertThat(crl.getRevokedCertificate(BigInteger.TEN)).isNotNull();
  }

  @Test
  void roundWhenFileCannotBeWrittenThenTheSameCrlIsWrittenLater(@TempDir Path parent)
      throws Exception {
    Path directory = Files.createDirectory(parent.resolve("broker"));
    Path away = parent.resolve("away");
    output = directory.resolve("crl.pem");
    serve(issuer, 1);
    Moving clock = new Moving(NOW);
    List<String> log = new ArrayList<>();
    CrlUpdater updater = updater(clock, log);
    updater.round();
    serve(issuer, 2);
    Files.move(directory, away);
    clock.now = clock.now.plusSeconds(1);
    updater.round();
    assertThat(updater.allWell()).isFalse();
    Files.move(away, directory);
    clock.now = clock.now.plusSeconds(20);
    updater.round();

    assertThat(updater.allWell()).isTrue();
    CrlFile file = CrlFile.open(output, List.of(issuer.certificate()));
    assertThat(file.of(issuer.certificate()).orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void onceWhenItIsADeltaThenRefuses() throws Exception {
    served = issuer.signDeltaCrl(BigInteger.TEN, BigInteger.ONE, RevocationList.EMPTY, LIFE).der();
    number = 10;

    assertThat(once(NOW).exitCode()).isEqualTo(1);
    assertThat(Files.exists(output)).isFalse();
  }

  @Test
  void roundWhenServerIsDownThenBacksOffWarnsAndRecovers() throws Exception {
    serve(issuer, 1);
    Moving clock = new Moving(NOW);
    List<String> log = new ArrayList<>();
    CrlUpdater updater = updater(clock, log);
    updater.round();
    status = 503;
    int before = full.get();
    for (int i = 0; i < 60; i++) {
      clock.now = clock.now.plusSeconds(1);
      updater.round();
    }
    assertThat(full.get() - before).isBetween(5, 12);
    assertThat(log).filteredOn(line -> line.contains("status 503")).hasSize(1);
    assertThat(log).noneMatch(line -> line.contains("WARNING"));

    clock.now = NOW.plus(Duration.ofHours(19));
    updater.round();
    updater.round();
    assertThat(log).filteredOn(line -> line.startsWith("WARNING")).hasSize(1);
    clock.now = NOW.plus(Duration.ofHours(25));
    updater.round();
    assertThat(log).filteredOn(line -> line.startsWith("ALARM")).hasSize(1);

    status = 200;
    serve(issuerAt(clock.now), 2);
    clock.now = clock.now.plusSeconds(20);
    updater.round();
    assertThat(log).anyMatch(line -> line.contains("answers again"));
    assertThat(updater.allWell()).isTrue();
  }

  @Test
  void roundWhenServerIsDownFromTheStartThenWaitsForIt() throws Exception {
    Moving clock = new Moving(NOW);
    List<String> log = new ArrayList<>();
    CrlUpdater updater = updater(clock, log);
    status = 503;
    updater.round();
    assertThat(output).doesNotExist();
    status = 200;
    serve(issuer, 1);
    clock.now = clock.now.plusSeconds(20);
    updater.round();
    assertThat(output).exists();
    assertThat(updater.allWell()).isTrue();
  }

  @Test
  void pollWhenTooShortOrNoTimeThenRefused() {
    for (String poll : new String[] {"0s", "50ms", "x", "1", "-1s"}) {
      assertThat(once(NOW, "--poll", poll).exitCode()).isEqualTo(2);
    }
  }

  private CrlUpdater updater(Clock clock, List<String> log) throws Exception {
    List<X509Certificate> authorities = List.of(issuer.certificate());
    return new CrlUpdater(
        List.of(URI.create(url)),
        authorities,
        CrlFile.open(output, authorities),
        null,
        Duration.ofSeconds(1),
        clock,
        log::add);
  }

  private void serve(CertificateIssuer by, int crlNumber, RevokedCertificate... revoked) {
    served = by.signCrl(BigInteger.valueOf(crlNumber), List.of(revoked), LIFE).der();
    number = crlNumber;
  }

  private Run once(Instant now, String... more) {
    StringWriter text = new StringWriter();
    List<String> arguments =
        new ArrayList<>(
            List.of("--url", url, "--ca", ca.toString(), "--output", output.toString(), "--once"));
    arguments.addAll(List.of(more));
    int exitCode =
        CrlUpdaterCommand.commandLine(Clock.fixed(now, ZoneOffset.UTC))
            .setOut(new PrintWriter(text, true))
            .setErr(new PrintWriter(text, true))
            .execute(arguments.toArray(String[]::new));
    return new Run(exitCode, text.toString());
  }

  private static CertificateIssuer newCa(String name, KeyPair key) throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    PkiLocations locations = new PkiLocations(URI.create("http://localhost/pki"), false);
    X509Certificate certificate =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority(name, "Grid"),
            key.getPublic(),
            TestKeys.signer(key),
            locations,
            clock);
    return new CertificateIssuer(certificate, TestKeys.signer(key), locations, clock);
  }

  private CertificateIssuer issuerAt(Instant at) {
    return new CertificateIssuer(
        issuer.certificate(),
        TestKeys.signer(key),
        new PkiLocations(URI.create("http://localhost/pki"), false),
        Clock.fixed(at, ZoneOffset.UTC));
  }

  private record Run(int exitCode, String output) {}

  private static final class Moving extends Clock {
    private Instant now;

    Moving(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
