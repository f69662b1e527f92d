package org.heliogate.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.HttpTransport;
import org.heliogate.device.http.Pause;
import org.heliogate.device.http.RetryPolicy;
import org.heliogate.device.http.Trust;
import org.heliogate.device.maker.Personalisation;
import org.heliogate.device.testing.ContractServer;
import org.heliogate.device.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewal against a scripted server; each pause moves the device's clock instead of waiting. */
class CredentialRenewalTest {

  private static final String ID = "SE-000001";
  private static final Duration LIFE = Duration.ofDays(90);

  private final ContractServer server = new ContractServer("mqtts://localhost:8883");
  private final Moved clock = new Moved();
  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path root;

  @BeforeEach
  void personalise() throws Exception {
    Path manifest = root.resolve("manifest.ndjson");
    new Personalisation(
            root,
            manifest,
            ElementKind.SOFTWARE,
            (blanks, progress) -> {
              throw new AssertionError("not asked for");
            })
        .personalise(List.of(ID), List.of("state-estimation"), Map.of(), id -> {});
    server.load(manifest);
    Files.delete(manifest);
    server.certificateLife = LIFE;
  }

  @AfterEach
  void contractWasKept() {
    server.close();
    assertThat(server.violations).isEmpty();
  }

  @Test
  void renewalWhenItIsTimeThenNewCredentialsForANewKey() throws Exception {
    try (Device device = device()) {
      device.initialBootstrap();
      AuthorizedClient client = device.client("");
      Credentials first = client.getCredentials("mqtt");
      assertThat(first.renewAt())
          .isBetween(
              first.expiresAt().minus(LIFE.dividedBy(3)).minusSeconds(1),
              first.expiresAt().minus(LIFE.dividedBy(4)));
      try (CredentialRenewal renewal = client.keepRenewed(first, new Told())) {
        Credentials second = (Credentials) told.poll(60, TimeUnit.SECONDS);

        assertThat(second).isNotNull().isNotEqualTo(first);
        assertThat(second.keyAlias()).isNotEqualTo(first.keyAlias());
        assertThat(renewal.current()).isNotEqualTo(first);
        assertThat(clock.instant()).isAfterOrEqualTo(first.renewAt());
      }
    }
  }

  @Test
  void renewalWhenItFailsThenThePresentOnesStayAndItIsTriedAgainLaterAndLater() throws Exception {
    try (Device device = device()) {
      device.initialBootstrap();
      AuthorizedClient client = device.client("");
      Credentials first = client.getCredentials("mqtt");
      server.http.on("/proxy/mqtt", Reply.json(403, "{\"error\":\"request_denied\"}"));
      try (CredentialRenewal renewal = client.keepRenewed(first, new Told())) {
        Duration longest = Duration.ZERO;
        for (int failure = 1; failure <= 9; failure++) {
          Failed failed = (Failed) told.poll(60, TimeUnit.SECONDS);
          assertThat(failed).isNotNull();
          Duration nominal = Duration.ofSeconds(Math.min(3600, 30L << (failure - 1)));
          assertThat(failed.pause()).isBetween(nominal.dividedBy(2), nominal);
          longest = failed.pause();
          assertThat(renewal.current()).isEqualTo(first);
        }
        assertThat(longest).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
      }
    }
  }

  private record Failed(DeviceException failure, Duration pause) {}

  private final class Told implements CredentialRenewal.Listener {
    @Override
    public void renewed(Credentials credentials) {
      told.add(credentials);
    }

    @Override
    public void failed(DeviceException failure, Instant again) {
      told.add(new Failed(failure, Duration.between(clock.instant(), again)));
    }
  }

  private Device device() {
    HttpTransport transport =
        new HttpTransport(
            Trust.of(server.authority.pem(), "test").sslContext(null),
            RetryPolicy.STANDARD,
            clock,
            clock);
    ClientContext context =
        new ClientContext(
            new AuthorizationServer(URI.create(server.http.issuer()), transport),
            clock,
            Duration.ofSeconds(10),
            StepListener.NONE);
    DeviceDirectory directory = DeviceDirectory.of(root, ID);
    Pkcs11Module unused = new Pkcs11Module(Path.of("none"), "none", "none");
    return new Device(context, directory, directory.openElement(unused), "mqtt");
  }

  /** A clock that goes on by what somebody waits, and by nothing else. */
  private static final class Moved extends Clock implements Pause {

    private volatile Instant now = Clock.systemUTC().instant();

    @Override
    public synchronized void await(Duration duration) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
