package org.heliogate.device.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heliogate.device.testing.ContractServer;
import org.heliogate.device.testing.Mosquitto;
import org.heliogate.device.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed command with SoftHSM2 tokens and a real Mosquitto. */
class WamsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEVICES = "3";

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path directory;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Launcher wams;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Mosquitto broker;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private ContractServer server;

  @BeforeEach
  void start() throws Exception {
    wams = new Launcher(directory);
    broker = new Mosquitto(directory);
    server = new ContractServer(broker.uri());
    StringBuilder acl = new StringBuilder();
    for (int n = 1; n <= 3; n++) {
      String id = "SE-00000" + n;
      acl.append("user hg-client-of-%1$s\ntopic write wams/%1$s/measurements\n".formatted(id));
    }
    acl.append("user hg-app-1\ntopic read wams/+/measurements\n");
    broker.start(server.authority, acl.toString());
    Files.writeString(
        directory.resolve("heliogate.properties"), "issuer=" + server.http.issuer() + "\n");
    Launcher.Result made =
        wams.run(
            "personalise",
            "--count",
            DEVICES,
            "--manifest",
            directory + "/manifest.ndjson",
            "--workflow",
            "state-estimation");
    assertThat(made.exitCode()).as(made.err()).isZero();
    server.load(directory.resolve("manifest.ndjson"));
  }

  @AfterEach
  void stop() {
    broker.close();
    server.close();
    assertThat(server.violations).isEmpty();
  }

  @Test
  void wamsWhenDevicesAreFreshThenTheirMeasurementsArrive() throws Exception {
    Launcher.Result bootstrapped = wams.run("bootstrap", "--all", "--json");
    assertThat(bootstrapped.exitCode()).as(bootstrapped.err()).isZero();
    assertThat(bootstrapped.out()).hasSize(3);
    JsonNode first = JSON.readTree(bootstrapped.out().get(0));
    assertThat(first.path("timings_ms").path("bootstrap").asDouble()).isPositive();
    assertThat(first.path("timings_ms").path("keygen").asDouble()).isPositive();

    Path secret = directory.resolve("subscriber.secret");
    Files.writeString(secret, ContractServer.APPLICATION_SECRET + "\n");
    Launcher.Result application =
        wams.run(
            "application",
            "credentials",
            "--client-id",
            ContractServer.APPLICATION,
            "--secret-file",
            secret.toString(),
            "--name",
            "subscriber",
            "--resource-server",
            "mqtt");
    assertThat(application.exitCode()).as(application.err()).isZero();

    Launcher.Running subscriber =
        wams.start(
            "subscribe",
            "--application",
            "subscriber",
            "--topic",
            "wams/+/measurements",
            "--count",
            "6",
            "--timeout",
            "60s");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> subscriber.errors().contains("subscribed wams/+/measurements"));

    Launcher.Result credentials = wams.run("credentials", "--all");
    assertThat(credentials.exitCode()).as(credentials.err()).isZero();
    Launcher.Result published =
        wams.run("publish", "--all", "--count", "2", "--interval", "10ms", "--json");
    assertThat(published.exitCode()).as(published.err()).isZero();
    JsonNode report = JSON.readTree(published.out().get(0));
    assertThat(report.path("published").asInt()).isEqualTo(2);
    assertThat(report.path("timings_ms").path("connect").asDouble()).isPositive();
    assertThat(report.path("timings_ms").path("publish").asDouble()).isPositive();

    server.http.on("/bootstrap", Reply.json(403, "{\"error\":\"bootstrap_completed\"}"));
    Launcher.Result again = wams.run("bootstrap", "--all", "--json");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).allMatch(line -> line.contains("\"already_bootstrapped\":true"));

    Launcher.Result received = subscriber.finish();
    assertThat(received.exitCode()).as(received.err()).isZero();
    assertThat(received.out()).hasSize(7);
    JsonNode measurement = JSON.readTree(received.out().get(0)).path("measurement");
    assertThat(measurement.path("device").asText()).startsWith("SE-00000");
    assertThat(measurement.path("phasors")).hasSize(6);
    assertThat(JSON.readTree(received.out().get(6)).path("received").asInt()).isEqualTo(6);
  }

  @Test
  void publishWhenTopicIsAnothersThenIsReportedAsRefused() throws Exception {
    wams.run("bootstrap", "--device", "SE-000001");
    Launcher.Result refused =
        wams.run(
            "publish", "--device", "SE-000001", "--topic", "wams/SE-000002/measurements", "--json");

    assertThat(refused.exitCode()).isEqualTo(8);
    JsonNode report = JSON.readTree(refused.out().get(0));
    assertThat(report.path("ok").asBoolean()).isFalse();
    assertThat(report.path("error").path("reason_code").asInt()).isEqualTo(135);
    assertThat(refused.err()).contains("135, not authorized").doesNotContain("\tat ");
  }

  @Test
  void publishWhenBrokerIsAwayThenSaysSo() throws Exception {
    wams.run("bootstrap", "--device", "SE-000001");
    broker.close();
    Launcher.Result failed = wams.run("publish", "--device", "SE-000001");

    assertThat(failed.exitCode()).isEqualTo(9);
    assertThat(failed.out()).isEmpty();
  }

  @Test
  void credentialsWhenManifestIsOfAnotherElementThenPinIsWrong() throws Exception {
    List<String> lines = Files.readAllLines(directory.resolve("manifest.ndjson"));
    Path forged = directory.resolve("forged.ndjson");
    Files.writeString(forged, lines.get(0).replaceAll("\"pin\":\"[0-9]{6}\"", "\"pin\":\"77\""));
    server.load(forged);
    Launcher.Result failed = wams.run("bootstrap", "--device", "SE-000001");

    assertThat(failed.exitCode()).isEqualTo(4);
    assertThat(failed.err()).contains("the PIN is wrong").doesNotContain("77");
  }
}
