package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.heliogate.device.Application;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.Credentials;
import org.heliogate.device.ImageConfiguration;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.mqtt.MqttSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams subscribe}: an application receives measurements. */
@Command(
    name = "subscribe",
    mixinStandardHelpOptions = true,
    description = {
      "Receives measurements with an application's certificate, one JSON line each, and their"
          + " number at the end.",
      "Says 'subscribed FILTER' on standard error when the broker has accepted the subscription."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  wams subscribe --application subscriber --topic 'wams/+/measurements' --count 20"
            + " --timeout 60s")
final class SubscribeCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofMillis(500);

  @Spec CommandSpec spec;
  @Mixin ImageOptions image;

  @Option(
      names = "--application",
      paramLabel = "NAME",
      required = true,
      description = "The application, named by wams application credentials.")
  String application;

  @Option(
      names = "--topic",
      paramLabel = "FILTER",
      required = true,
      description = "The topic filter.")
  String topic;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many measurements to wait for (${DEFAULT-VALUE}).")
  int count;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "How long to wait for all of them (${DEFAULT-VALUE}).")
  Duration timeout;

  @Option(
      names = "--broker",
      paramLabel = "URI",
      description = "mqtts://host:port (the resource server's security profile).")
  @Nullable URI broker;

  private record Message(String topic, byte[] payload) {}

  @Override
  public Integer call() throws InterruptedException {
    if (count < 1) {
      throw new ConfigurationException("--count must be at least 1", "See wams subscribe --help.");
    }
    ImageConfiguration configuration = image.configuration();
    AuthorizedClient client =
        Application.load(image.directory, application)
            .client(image.context(configuration), image.directory);
    client.securityBootstrap();
    Credentials credentials = client.getCredentials(configuration.resourceServer());
    BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    try (MqttSession session =
        MqttSession.connect(
            broker == null ? credentials.uri() : broker,
            client.tls(credentials),
            credentials.username())) {
      session.subscribe(topic, (from, payload) -> messages.add(new Message(from, payload)));
      PrintWriter err = spec.commandLine().getErr();
      err.println("subscribed " + topic);
      err.flush();
      return receive(session, messages);
    }
  }

  private int receive(MqttSession session, BlockingQueue<Message> messages)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long deadline = System.nanoTime() + timeout.toNanos();
    int received = 0;
    while (received < count && deadline - System.nanoTime() > 0) {
      long wait = Math.min(deadline - System.nanoTime(), LOOK.toNanos());
      Message message = messages.poll(wait, TimeUnit.NANOSECONDS);
      if (message != null) {
        received++;
        out.println(line(message));
        out.flush();
      } else if (!session.isConnected()) {
        throw new BrokerUnreachableException(
            "the broker ended the connection after " + received + " measurement(s)",
            "Check the broker, and whether the application's rights were withdrawn.");
      }
    }
    ObjectNode end = JSON.createObjectNode();
    end.put("received", received);
    end.put("expected", count);
    out.println(end);
    out.flush();
    return received == count ? 0 : Failures.TIME_OVER;
  }

  private static ObjectNode line(Message message) {
    ObjectNode line = JSON.createObjectNode();
    line.put("topic", message.topic());
    try {
      JsonNode measurement = JSON.readTree(message.payload());
      line.set("measurement", measurement);
    } catch (IOException e) {
      line.put("text", new String(message.payload(), StandardCharsets.UTF_8));
    }
    return line;
  }
}
