package org.heliogate.hsm.crl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.heliogate.hsm.TestKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.RevocationList;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.RevokedCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The updater with a real Mosquitto. When its CRL ends because nobody could fetch the next one, it
 * lets nobody in, and it lets them in again as soon as there is one, without a restart (ADR 23).
 */
class BrokerCrlIT {

  private static final int ENTRIES = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Path directory;
  private final KeyPair caKey = TestKeys.newEcKey("secp256r1");
  private final KeyPair clientKey = TestKeys.newEcKey("secp256r1");
  private final List<String> log = new ArrayList<>();
  private CertificateIssuer ca;
  private X509Certificate client;
  private HttpServer crls;
  private volatile byte[] served = {};
  private @Nullable Process broker;
  private int port;

  BrokerCrlIT() throws Exception {}

  @BeforeEach
  void start(@TempDir Path scratch) throws Exception {
    directory = scratch;
    PkiLocations locations = new PkiLocations(URI.create("http://localhost/pki"), false);
    X509Certificate root =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("CA", "Grid"),
            caKey.getPublic(),
            TestKeys.signer(caKey),
            locations,
            Clock.systemUTC());
    ca = new CertificateIssuer(root, TestKeys.signer(caKey), locations, Clock.systemUTC());
    client =
        ca.sign(
            ca.prepare(
                CertificateProfile.DEVICE_CLIENT,
                CertificateHolder.device("hg-a", null, "SE-1"),
                clientKey.getPublic()));
    crls = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    crls.createContext(
        "/crl",
        exchange -> {
          byte[] body = served;
          exchange.sendResponseHeaders(
              body.length == 0 ? 503 : 200, body.length == 0 ? -1 : body.length);
          if (body.length > 0) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    crls.start();
  }

  @AfterEach
  void stop() throws Exception {
    if (broker != null) {
      broker.destroy();
      broker.waitFor(10, TimeUnit.SECONDS);
    }
    crls.stop(0);
  }

  @Test
  void brokerWhenItsCrlEndsThenLetsNobodyInUntilThereIsANewOne() throws Exception {
    serve(1, Duration.ofDays(7));
    CrlUpdater updater = updater();
    updater.round();
    Process started = startBroker();
    until("the broker lets the client in", true);

    // A short one stands for the end of a long one.
    serve(2, Duration.ofSeconds(5));
    round(updater);
    served = new byte[0];
    until("the CRL has ended, so nobody is let in", false);
    round(updater);
    assertThat(log).anySatisfy(line -> assertThat(line).contains("there is no newer one"));

    serve(3, Duration.ofDays(7));
    round(updater);
    until("there is a CRL again", true);
    assertThat(started.isAlive()).isTrue();

    // And it is one that counts.
    served = ca.signCrl(BigInteger.valueOf(4), List.of(revoked(client)), Duration.ofDays(7)).der();
    round(updater);
    until("the client is revoked", false);
  }

  @Test
  void brokerWhenTheCrlIsLongThenIsToldOfOneMore() throws Exception {
    List<RevokedCertificate> many = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      many.add(
          new RevokedCertificate(
              BigInteger.ONE.shiftLeft(126).add(BigInteger.valueOf(i)),
              Clock.systemUTC().instant(),
              RevocationReason.SUPERSEDED));
    }
    RevocationList entries = RevocationList.of(many);
    served = ca.signCrl(BigInteger.ONE, entries, Duration.ofDays(7), false).der();
    CrlUpdater updater = updater();
    updater.round();
    startBroker();
    until("the broker lets the client in", true);

    long start = System.nanoTime();
    served =
        ca.signCrl(
                BigInteger.TWO,
                entries.with(List.of(revoked(client)), List.of()),
                Duration.ofDays(7),
                false)
            .der();
    long signed = System.nanoTime();
    round(updater);
    long told = System.nanoTime();
    until("the client is revoked", false);
    System.out.printf(
        "CRL with %,d entries, %,d bytes: signed in %d ms, fetched and written in %d ms, refused %d ms"
            + " later; load %.1f%n",
        ENTRIES,
        served.length,
        TimeUnit.NANOSECONDS.toMillis(signed - start),
        TimeUnit.NANOSECONDS.toMillis(told - signed),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - told),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static RevokedCertificate revoked(X509Certificate certificate) {
    return new RevokedCertificate(
        certificate.getSerialNumber(), Clock.systemUTC().instant(), RevocationReason.SUPERSEDED);
  }

  private void serve(int number, Duration life) {
    served = ca.signCrl(BigInteger.valueOf(number), List.of(), life).der();
  }

  private CrlUpdater updater() throws Exception {
    List<X509Certificate> authorities = List.of(ca.certificate());
    return new CrlUpdater(
        List.of(URI.create("http://localhost:" + crls.getAddress().getPort() + "/crl")),
        authorities,
        CrlFile.open(directory.resolve("crl.pem"), authorities),
        new BrokerProcess(directory.resolve("mosquitto.pid"), "mosquitto"),
        Duration.ofMillis(100),
        Clock.systemUTC(),
        log::add);
  }

  /** A location that has failed is asked again only after a while. */
  private void round(CrlUpdater updater) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(updater.round().toMillis() + 1);
    updater.round();
  }

  private Process startBroker() throws Exception {
    KeyPair key = TestKeys.newEcKey("secp256r1");
    X509Certificate server =
        ca.sign(
            ca.prepare(
                CertificateProfile.SERVER,
                CertificateHolder.server(
                    "localhost", "Grid", "mqtt", List.of("localhost"), List.of("127.0.0.1")),
                key.getPublic()));
    Files.writeString(directory.resolve("ca.pem"), Pem.of(List.of(ca.certificate())));
    Files.writeString(directory.resolve("server.pem"), Pem.of(List.of(server)));
    Files.writeString(
        directory.resolve("server.key"), Pem.of("PRIVATE KEY", key.getPrivate().getEncoded()));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        directory.resolve("mosquitto.conf"),
        """
        user root
        pid_file %1$s/mosquitto.pid
        log_dest none
        allow_anonymous true
        listener %2$d 127.0.0.1
        cafile %1$s/ca.pem
        certfile %1$s/server.pem
        keyfile %1$s/server.key
        crlfile %1$s/crl.pem
        require_certificate true
        """
            .formatted(directory, port),
        US_ASCII);
    Process started =
        new ProcessBuilder("mosquitto", "-c", directory.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mosquitto.log").toFile())
            .start();
    broker = started;
    return started;
  }

  private void until(String what, boolean accepted) throws Exception {
    long start = System.nanoTime();
    while (handshakes() != accepted) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(PATIENCE);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** In TLS 1.2 the client knows at the end of the handshake whether its certificate was taken. */
  private boolean handshakes() throws Exception {
    char[] password = "test-password".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "client", clientKey.getPrivate(), password, new Certificate[] {client, ca.certificate()});
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca.certificate());
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, password);
    TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
    others.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      socket.setSoTimeout(5_000);
      socket.startHandshake();
      return true;
    } catch (IOException e) {
      // Refused, or the broker is not there yet.
      return false;
    }
  }
}
