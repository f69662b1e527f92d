package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Pems;
import org.heliogate.it.fixture.Recipe;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Mosquitto's own command line clients with an issued certificate. */
class CommandLineClientsIT {

  private final Instance instance = Instance.current();

  @Test
  void clientsWhenTheyHaveACertificateThenLetInForTheirTopic() throws Exception {
    TestDevice device = TestDevice.loaded(instance);
    String topic = Workflows.topic(device.id());
    Path publisher = device.bootstrapped().uma().certificate().files("publisher");
    Path subscriber =
        instance
            .admin()
            .createApplication(Workflows.SUBSCRIBER, "client_secret_basic")
            .uma()
            .certificate()
            .files("subscriber");
    CompletableFuture<Shell.Result> received =
        CompletableFuture.supplyAsync(
            () ->
                mosquitto("mosquitto_sub", subscriber, "it/+/measurements", "-C", "1", "-W", "60"));
    Awaitility.await("the message, published until somebody listens")
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              mosquitto("mosquitto_pub", publisher, topic, "-m", "49.98 Hz", "-V", "5", "-q", "1")
                  .succeeded();
              return received.isDone();
            });
    assertThat(received.get().succeeded().output()).contains("49.98 Hz");
  }

  @Test
  void publisherWhenTheTopicIsAnothersThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    Path files = device.bootstrapped().uma().certificate().files("publisher");
    Shell.Result result =
        mosquitto(
            "mosquitto_pub",
            files,
            "it/SE-other/measurements",
            "-m",
            "x",
            "-V",
            "5",
            "-q",
            "1",
            "-d");
    assertThat(result.output()).containsIgnoringCase("Not authorized");
  }

  @Test
  void subscriberWhenTheFilterIsNotGrantedThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    Path files = device.bootstrapped().uma().certificate().files("publisher");
    for (String filter : List.of("#", Workflows.topic(device.id()), "$SYS/#")) {
      Shell.Result result =
          mosquitto("mosquitto_sub", files, filter, "-V", "5", "-q", "1", "-W", "30", "-d");
      assertThat(result.output()).as(filter).contains("denied").doesNotContain("received PUBLISH");
    }
  }

  @Test
  void curlWhenItFollowsTheReadmeThenEnrolsAndRenewsAndIsLetIn() {
    String script =
        Recipe.readme()
            .file(
                "est.sh",
                Map.of(
                    "$PWD/.heliogate", instance.home().toString(),
                    "power-measurement-subscriber", Workflows.SUBSCRIBER,
                    "$(mktemp -d)", Instance.scratch("curl").toString()));
    String output = Shell.run(Map.of(), List.of("bash", "-c", script)).succeeded().output();
    assertThat(output).contains("cert.pem: OK", "next-cert.pem: OK");
    Path files = Path.of(output.lines().reduce((first, last) -> last).orElseThrow());
    for (List<String> one :
        List.of(List.of("cert.pem", "key.pem"), List.of("next-cert.pem", "next.pem"))) {
      Shell.Result subscribed =
          Shell.run(
              "mosquitto_sub",
              "-h",
              "localhost",
              "-p",
              port(),
              "-t",
              "it/+/measurements",
              "--cafile",
              files.resolve("authorities.pem").toString(),
              "--cert",
              files.resolve(one.get(0)).toString(),
              "--key",
              files.resolve(one.get(1)).toString(),
              "-V",
              "5",
              "-q",
              "1",
              "-E",
              "-d");
      assertThat(subscribed.succeeded().output()).contains("Subscribed (mid: 1): 1");
    }
  }

  @Test
  void clientWhenItHasNoCertificateThenNotLetIn() {
    Path files = TestDevice.loaded(instance).bootstrapped().uma().certificate().files("none");
    List<String> command =
        new ArrayList<>(
            List.of(
                "mosquitto_pub",
                "-h",
                "localhost",
                "-p",
                port(),
                "-t",
                "x",
                "-m",
                "x",
                "-V",
                "5",
                "-q",
                "1",
                "--cafile",
                files.resolve("ca.pem").toString()));
    assertThat(Shell.run(Map.of(), command).exitCode()).isNotZero();
  }

  @Test
  void clientWhenTheKeyIsNotTheCertificatesThenNotLetIn() throws Exception {
    Issued issued = TestDevice.loaded(instance).bootstrapped().uma().certificate();
    Path files = issued.files("foreign");
    java.nio.file.Files.writeString(
        files.resolve("key.pem"), Pems.privateKey(Csr.key("secp256r1").getPrivate()));
    Shell.Result result =
        mosquitto("mosquitto_pub", files, "it/x", "-m", "x", "-V", "5", "-q", "1");
    assertThat(result.exitCode()).isNotZero();
    try (MqttProbe broker = issued.connect()) {
      assertThat(broker.isConnected()).isTrue();
    }
  }

  private Shell.Result mosquitto(String program, Path files, String topic, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "-h",
                "localhost",
                "-p",
                port(),
                "-t",
                topic,
                "--cafile",
                files.resolve("ca.pem").toString(),
                "--cert",
                files.resolve("cert.pem").toString(),
                "--key",
                files.resolve("key.pem").toString()));
    command.addAll(List.of(options));
    return Shell.run(Map.of(), command);
  }

  private String port() {
    return Integer.toString(instance.mqttX509().getPort());
  }
}
