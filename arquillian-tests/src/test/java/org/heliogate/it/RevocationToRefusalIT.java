package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/**
 * How long it takes from an operator's request to revoke a certificate until OCSP says so, the
 * broker has ended the session, and it refuses a new handshake. Printed, not asserted; {@code
 * -Dheliogate.revocations=100} measures a hundred.
 */
class RevocationToRefusalIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Instance instance = Instance.current();

  /** No device: those get their PIN, which comes before a certificate, five times an hour only. */
  private final Application client =
      instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");

  @Test
  void certificateWhenRevokedThenRefusedEverywhere() throws Exception {
    int count = Integer.getInteger("heliogate.revocations", 3);
    List<Duration> ocsp = new ArrayList<>();
    List<Duration> session = new ArrayList<>();
    List<Duration> handshake = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Issued issued = client.uma().certificate(Csr.key("secp256r1"));
      assertThat(handshakes(issued)).isTrue();
      try (MqttProbe broker = issued.connect()) {
        long start = System.nanoTime();
        instance
            .admin()
            .post(
                "certificates/" + issued.certificate().getSerialNumber().toString(16) + "/revoke",
                null)
            .expect(200);
        ocsp.add(until(start, () -> saysRevoked(issued)));
        session.add(until(start, () -> !broker.isConnected()));
        handshake.add(until(start, () -> !handshakes(issued)));
      }
    }
    report("OCSP says revoked", ocsp);
    report("the live session is over", session);
    report("a new TLS handshake is refused", handshake);
  }

  private static Duration until(long start, BooleanSupplier reached) throws InterruptedException {
    while (!reached.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** In TLS 1.2 the client knows at the end of the handshake whether its certificate was taken. */
  private boolean handshakes(Issued issued) {
    URI broker = instance.mqttX509();
    try (SSLSocket socket =
        (SSLSocket)
            instance
                .sslContext(issued.key().getPrivate(), issued.fullChain())
                .getSocketFactory()
                .createSocket()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.connect(new InetSocketAddress(broker.getHost(), broker.getPort()), 10_000);
      socket.setSoTimeout(10_000);
      return completes(socket);
    } catch (IOException e) {
      throw new AssertionError("the broker is not there", e);
    }
  }

  /** Some refusals come as an alert, others as the end of the connection. */
  private static boolean completes(SSLSocket socket) {
    try {
      socket.startHandshake();
      return true;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the broker neither accepts nor refuses", e);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean saysRevoked(Issued issued) {
    try {
      OCSPReqBuilder builder = new OCSPReqBuilder();
      builder.addRequest(
          new CertificateID(
              new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
              new JcaX509CertificateHolder(issued.fullChain().get(1)),
              issued.certificate().getSerialNumber()));
      byte[] request = builder.build().getEncoded();
      byte[] body =
          instance
              .http()
              .post(instance.pki() + "/ocsp", "application/ocsp-request", request)
              .expect(200)
              .bytes();
      BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(body).getResponseObject();
      return basic.getResponses()[0].getCertStatus() instanceof RevokedStatus;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void report(String what, List<Duration> times) {
    Collections.sort(times);
    System.out.printf(
        "revocation until %s: n %d, median %d ms, p99 %d ms, max %d ms, load %.1f%n",
        what,
        times.size(),
        times.get(times.size() / 2).toMillis(),
        times.get((int) Math.ceil(times.size() * 0.99) - 1).toMillis(),
        times.get(times.size() - 1).toMillis(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
