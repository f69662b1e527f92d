package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.CredentialRenewal;
import org.heliogate.device.Credentials;
import org.heliogate.device.Device;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.mqtt.MqttSession;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.LibraryDevices;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** The client library renews before the end, by a clock that is months ahead. */
class RenewalIT {

  private final Instance instance = Instance.current();
  private final Later clock = new Later();
  private final BlockingQueue<Credentials> renewed = new LinkedBlockingQueue<>();

  @Test
  void credentialsWhenTheyAreDueThenRenewedInTheBackgroundWhileTheOldOnesServe() throws Exception {
    try (LibraryDevices devices = new LibraryDevices(instance, "renewal", clock)) {
      Device device = devices.personalised(Workflows.COMMON);
      device.initialBootstrap();
      AuthorizedClient client = device.client("");
      Credentials first = client.getCredentials("mqtt");
      String topic = Workflows.topic(device.id());
      try (MqttSession before =
              MqttSession.connect(first.uri(), client.tls(first), first.username());
          CredentialRenewal renewal = client.keepRenewed(first, new Listener())) {
        assertThat(renewal.current()).isEqualTo(first);
        before.publish(topic, new byte[] {'1'});
        renewal.close();

        clock.ahead = Duration.ofDays(300);
        try (CredentialRenewal later = client.keepRenewed(first, new Listener())) {
          Credentials second = renewed.poll(120, TimeUnit.SECONDS);
          assertThat(second).isNotNull();
          assertThat(later.current()).isEqualTo(second);
          assertThat(second.keyAlias()).isNotEqualTo(first.keyAlias());
          before.publish(topic, new byte[] {'2'});
          try (MqttSession after =
              MqttSession.connect(second.uri(), client.tls(second), second.username())) {
            after.publish(topic, new byte[] {'3'});
          }
        }
      }
      List<JsonNode> certificates = instance.admin().list("certificates?device=" + device.id());
      assertThat(certificates)
          .hasSize(2)
          .allSatisfy(one -> assertThat(one.path("status").asText()).isEqualTo("issued"));
      assertThat(client.getCredentials("mqtt")).isNotEqualTo(first);
    }
  }

  private final class Listener implements CredentialRenewal.Listener {
    @Override
    public void renewed(Credentials credentials) {
      renewed.add(credentials);
    }

    @Override
    public void failed(DeviceException failure, Instant again) {
      throw new AssertionError(failure);
    }
  }

  /** The system's clock, or one ahead of it. */
  private static final class Later extends Clock {

    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Clock.systemUTC().instant().plus(ahead);
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
