package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.OwnInstance;
import org.heliogate.it.fixture.PostgresServer;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** The same migrations and the same flow on PostgreSQL, which crashes in between. */
class PostgresFaultIT {

  /**
   * Proves that the product runs on PostgreSQL, that what it acknowledged survives a crash of the
   * database, and that it goes on afterwards without a restart.
   */
  @Test
  void firstContactWhenTheDatabaseCrashesInBetweenThenNothingIsLostAndItGoesOn() {
    try (PostgresServer database = PostgresServer.start();
        OwnInstance own = new OwnInstance(400, database.environment())) {
      Instance instance = own.up();
      long server = instance.pid("server");
      DeviceClient before = TestDevice.loaded(instance).bootstrapped();
      KeyPair key = Csr.key("secp256r1");
      Issued issued = before.uma().certificate(key);
      publish(issued, before);

      database.crashAndRestart();

      Awaitility.await("answers that need the database")
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> instance.admin().get("devices/" + before.device().id()).expect(200));
      assertThat(before.uma().certificate(key).certificate()).isEqualTo(issued.certificate());
      DeviceClient after = TestDevice.loaded(instance).bootstrapped();
      publish(after.uma().certificate(Csr.key("secp256r1")), after);
      assertThat(instance.pid("server")).as("no restart").isEqualTo(server);
    }
  }

  private static void publish(Issued issued, DeviceClient client) {
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.publish(Workflows.topic(client.device().id()), "1")).isIn(0, 16);
    }
  }
}
