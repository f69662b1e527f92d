package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.BootstrapResult;
import org.heliogate.device.CredentialRenewal;
import org.heliogate.device.Credentials;
import org.heliogate.device.Device;
import org.heliogate.device.Step;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.http.ClientTls;
import org.heliogate.device.http.Pause;
import org.heliogate.device.mqtt.MqttSession;
import org.heliogate.device.mqtt.SimulatedGrid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams publish}: simulated phasor measurements over MQTT 5. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes simulated phasor measurements as JSON, each acknowledged by the broker.",
      "Credentials that are missing or due for renewal are obtained first; those that become due"
          + " meanwhile are renewed in the background, and used with a new connection."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  wams publish --device SE-000001 --count 10 --interval 1s",
      "  wams publish --device SE-000001 --topic wams/SE-000002/measurements   (is refused: 8)"
    })
final class PublishCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin DeviceOptions devices;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The device's client, NAME or WORKFLOW.NAME; needed when it has several.")
  String client;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many measurements (${DEFAULT-VALUE}).")
  int count;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "Time between two (${DEFAULT-VALUE}).")
  Duration interval;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = "",
      description = "The topic (the bootstrap's parameter mqtt.topic).")
  String topic;

  @Option(
      names = "--broker",
      paramLabel = "URI",
      description = "mqtts://host:port (the resource server's security profile).")
  @Nullable URI broker;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ConfigurationException("--count must be at least 1", "See wams publish --help.");
    }
    return devices.forEach(
        "publish", spec.commandLine().getOut(), spec.commandLine().getErr(), this::publish);
  }

  private String publish(Device device, ObjectNode report) {
    AuthorizedClient authorized = device.client(client);
    authorized.securityBootstrap();
    Credentials credentials = authorized.getCredentials(resourceServer());
    CredentialsCommand.describe(credentials, report);
    String chosenTopic = topic.isEmpty() ? bootstrapTopic(device) : topic;
    URI address = broker == null ? credentials.uri() : broker;
    report.put("broker", address.toString());
    report.put("topic", chosenTopic);
    report.put("published", 0);
    RenewalReport renewals = new RenewalReport(device.id(), spec.commandLine().getErr());
    try (CredentialRenewal renewal = authorized.keepRenewed(credentials, renewals)) {
      new Publication(authorized, address, chosenTopic, device.id(), report).run(renewal);
    }
    report.put("renewals", renewals.count());
    return "published " + count + " measurement(s) on " + chosenTopic;
  }

  /** The measurements of one device, on a new connection whenever its credentials were renewed. */
  private final class Publication {

    private final AuthorizedClient client;
    private final URI address;
    private final String chosenTopic;
    private final String deviceId;
    private final ObjectNode report;
    private final SimulatedGrid grid = new SimulatedGrid(Clock.systemUTC());
    private int published;

    Publication(
        AuthorizedClient client,
        URI address,
        String chosenTopic,
        String deviceId,
        ObjectNode report) {
      this.client = client;
      this.address = address;
      this.chosenTopic = chosenTopic;
      this.deviceId = deviceId;
      this.report = report;
    }

    void run(CredentialRenewal renewal) {
      while (published < count) {
        Credentials used = renewal.current();
        ClientTls tls = client.tls(used);
        long connecting = System.nanoTime();
        try (MqttSession session = MqttSession.connect(address, tls, used.username())) {
          client.completed(Step.CONNECT, sinceNanos(connecting));
          while (published < count && renewal.current().equals(used)) {
            publish(session);
          }
        }
      }
    }

    private void publish(MqttSession session) {
      if (published > 0) {
        await(interval);
      }
      long publishing = System.nanoTime();
      session.publish(chosenTopic, grid.measure(deviceId, published + 1).toJson());
      published++;
      if (published == 1) {
        client.completed(Step.PUBLISH, sinceNanos(publishing));
      }
      report.put("published", published);
    }
  }

  private String resourceServer() {
    return devices.image.configuration().resourceServer();
  }

  private static String bootstrapTopic(Device device) {
    return device
        .bootstrapResult()
        .map(BootstrapResult::parameters)
        .map(parameters -> parameters.get("mqtt.topic"))
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "the bootstrap of " + device.id() + " gave no parameter mqtt.topic",
                    "Use --topic, or add the parameter to the workflow."));
  }

  private static Duration sinceNanos(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void await(Duration interval) {
    try {
      Pause.SLEEPING.await(interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerUnreachableException("publishing was interrupted", "Run it again.", e);
    }
  }
}
